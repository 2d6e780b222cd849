"""A private voice assistant that runs on the device: it hears, thinks and speaks offline."""

__version__ = "0.1.0"
