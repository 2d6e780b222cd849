"""A private voice assistant that runs on the device: it hears, thinks and speaks offline."""

import os

__version__ = "0.1.0"

# ONNX Runtime's official builds report their use to Microsoft unless they are told not to (on Linux
# since 1.29). They read this when they are loaded, so it is set before anything of ours can load
# them, and whatever it was before: nothing leaves the device.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
