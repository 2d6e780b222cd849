"""The model store: manifest -> verified local file."""

from edge.models.manifest import Manifest, manifests
from edge.models.store import Status, Store

__all__ = ["Manifest", "Status", "Store", "manifests"]
