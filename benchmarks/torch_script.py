"""The PyTorch script that a person would write: a spec's network, trained an epoch on images in memory."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from core.model.specs import RunSpec

ACTIVATIONS = {"relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}


def epoch_of(spec: RunSpec, x: Any, y: Any, channels_last: bool) -> Callable[[], None]:
    """Return what trains one epoch on images (n, 28, 28, 1) and one-hot labels (n, 10), both float32."""
    layout = torch.channels_last if channels_last else torch.contiguous_format
    images = torch.from_numpy(np.ascontiguousarray(x.transpose(0, 3, 1, 2)))
    digits = torch.from_numpy(y.argmax(axis=1))
    network = nn.Sequential(*(part for layer in spec.layers for part in _parts(layer)), nn.LazyLinear(10))
    network(images[:2])
    network = network.to(memory_format=layout)
    optimizer = _optimizer(spec, network)
    loss = nn.CrossEntropyLoss()

    def epoch() -> None:
        for chosen in torch.randperm(len(images)).split(spec.batch_size):
            optimizer.zero_grad(set_to_none=True)
            loss(network(images[chosen].to(memory_format=layout)), digits[chosen]).backward()
            optimizer.step()

    return epoch


def _parts(layer: Any) -> list[nn.Module]:
    """Return a layer's modules in order."""
    match layer.kind:
        case "conv2d":
            weighing: nn.Module = nn.LazyConv2d(layer.filters, layer.kernel_size, padding=layer.padding)
            return _with(weighing, layer, nn.LazyBatchNorm2d)
        case "dense":
            return _with(nn.LazyLinear(layer.units), layer, nn.LazyBatchNorm1d)
        case "max_pooling2d":
            return [nn.MaxPool2d(layer.pool_size)]
        case "global_pooling2d":
            pool = nn.AdaptiveMaxPool2d(1) if layer.mode == "max" else nn.AdaptiveAvgPool2d(1)
            return [pool, nn.Flatten()]
        case "dropout":
            return [nn.Dropout(layer.rate)]
        case "flatten":
            return [nn.Flatten()]
    raise ValueError(f"{layer.kind} is not measured")


def _with(weighing: nn.Module, layer: Any, norm: Callable[[], nn.Module]) -> list[nn.Module]:
    activation = ACTIVATIONS[layer.activation]()
    match layer.batch_norm:
        case "before":
            return [weighing, norm(), activation]
        case "after":
            return [weighing, activation, norm()]
    return [weighing, activation]


def _optimizer(spec: RunSpec, network: nn.Module) -> torch.optim.Optimizer:
    kinds = {"adam": torch.optim.Adam, "rmsprop": torch.optim.RMSprop}
    return kinds[spec.optimizer.kind](network.parameters(), lr=spec.optimizer.learning_rate)
