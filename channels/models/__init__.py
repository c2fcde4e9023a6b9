from channels.models.channels import Channel, Listing, PaymentTerms
from channels.models.inbox import ChannelSecret, HookCall, InboundMessage

__all__ = [
    "Channel",
    "ChannelSecret",
    "HookCall",
    "InboundMessage",
    "Listing",
    "PaymentTerms",
]
