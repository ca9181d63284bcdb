"""What any WSGI server loads."""

from civic.app import create_app
from config import Config

app = create_app(Config.from_env())
