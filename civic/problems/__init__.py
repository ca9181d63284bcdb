"""Problems of the city that people join, discuss and answer with proposals."""
