"""Small stand-ins for the vendors: real HTTP servers on loopback that check what the vendor checks and remember."""
