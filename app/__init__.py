"""Throughline: from a trigger, through tracked links, to the order it earned."""
