"""msgpack with numpy arrays, as openpi and simgate write them: a map with keys of bytes. pip install msgpack numpy"""

import msgpack
import numpy as np


def _default(obj):
    if isinstance(obj, np.ndarray) and obj.dtype.kind in "biuf":
        return {b"__ndarray__": True, b"data": obj.tobytes(), b"dtype": obj.dtype.str, b"shape": obj.shape}
    if isinstance(obj, np.generic):
        return obj.item()
    raise TypeError(f"{type(obj)} cannot be sent")


def _object_hook(obj):
    if b"__ndarray__" in obj:
        return np.ndarray(buffer=obj[b"data"], dtype=np.dtype(obj[b"dtype"]), shape=obj[b"shape"])
    return obj


def pack(obj):
    return msgpack.packb(obj, default=_default)


def unpack(data):
    return msgpack.unpackb(data, object_hook=_object_hook)
