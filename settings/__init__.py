"""A stack's settings: `load()` reads them once, before any resource, and reports all faults together."""

from settings.api import Api, ExistingApi, Throttle
from settings.backend import Backend, ClusterBackend, ProvidedBackend
from settings.cluster import Cluster
from settings.consumer import Consumer
from settings.deployed import Deployed, awaited, last_update, of_settings
from settings.errors import Fault, SettingsError
from settings.final import final_faults
from settings.load import load, parse
from settings.logs import FlowLogs, Logs
from settings.networks import BackendNetwork, GatewayNetwork, Landing
from settings.rules.stack import cluster_name
from settings.service import Service
from settings.stack import Settings

__all__ = [
    "Api",
    "Backend",
    "BackendNetwork",
    "Cluster",
    "ClusterBackend",
    "Consumer",
    "Deployed",
    "ExistingApi",
    "Fault",
    "FlowLogs",
    "GatewayNetwork",
    "Landing",
    "Logs",
    "ProvidedBackend",
    "Service",
    "Settings",
    "SettingsError",
    "Throttle",
    "awaited",
    "cluster_name",
    "final_faults",
    "last_update",
    "load",
    "of_settings",
    "parse",
]
