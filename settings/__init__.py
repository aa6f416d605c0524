"""A stack's settings: `load()` reads them once, before any resource, and reports all faults together."""

from settings.api import Api, ExistingApi, Throttle
from settings.backend import Backend, BackendNetwork, Cluster, Service, endpoint_zones
from settings.consumer import Consumer, GatewayNetwork, Landing
from settings.errors import Fault, SettingsError
from settings.load import Settings, load, parse
from settings.logs import FlowLogs, Logs
from settings.rules.stack import cluster_name

__all__ = [
    "Api",
    "Backend",
    "BackendNetwork",
    "Cluster",
    "Consumer",
    "ExistingApi",
    "Fault",
    "FlowLogs",
    "GatewayNetwork",
    "Landing",
    "Logs",
    "Service",
    "Settings",
    "SettingsError",
    "Throttle",
    "cluster_name",
    "endpoint_zones",
    "load",
    "parse",
]
