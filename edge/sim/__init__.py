"""The simulator: the assistant of the device, with a web page as its devices.

See docs/simulator.md.
"""
