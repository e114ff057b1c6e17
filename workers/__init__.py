"""Processes beside the web: jobs, shipper, schedule, supervisor."""
