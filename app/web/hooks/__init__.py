"""Webhooks in: triggers, orders, signups."""
