"""How long calls of others are kept as they came, and what tells their repeats from news."""

from datetime import timedelta

KEPT = timedelta(days=90)
"""Long enough to find out what went wrong in a quarter, and three times as long as anybody repeats a call.

Shopify repeats for 4 hours, SendGrid for a day, Standard Webhooks for 3 days, Stripe for 3 and by hand for 30; Twilio
and WooCommerce never do. What must happen once for ever, a trigger, stands under its ``id`` on its message, and goes
with none of this.
"""
