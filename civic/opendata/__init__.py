"""JSON reads of everything public, with an OpenAPI 3.1 document."""
