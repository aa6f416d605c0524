"""Healthy variations: what a team may have beside or inside the path. Nothing of it may be called broken."""
