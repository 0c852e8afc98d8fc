"""The promises of every action, under orders, faults and moments that are drawn."""
