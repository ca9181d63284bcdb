"""The embedded web server: waitress, with limits of its own against slow clients."""

from waitress import serve

from civic.app import create_app
from config import Config


def main() -> None:
    config = Config.from_env()
    app = create_app(config)
    serve(
        app, host="127.0.0.1", port=config.port, threads=8, connection_limit=2000, channel_timeout=30,
        max_request_body_size=11 * 1024 * 1024, ident=None, cleanup_interval=10, asyncore_use_poll=True,
    )  # fmt: skip


if __name__ == "__main__":
    main()
