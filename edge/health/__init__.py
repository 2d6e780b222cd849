"""What the wearer's own numbers say: kept on this device, compared with the wearer's own normal.

It tells numbers and where they come from. It never says what somebody has.
"""
