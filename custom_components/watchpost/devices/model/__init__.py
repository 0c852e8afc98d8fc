"""What a device can be, without saying how a vendor speaks to it."""
