"""Which runs are worth their cost."""

from collections.abc import Sequence


def pareto_front(costs: Sequence[float], gains: Sequence[float]) -> list[int]:
    """Return the places of those that no other beats in cost and gain at once, the cheapest first.

    One of equal cost and gain stays beside its twin.
    """
    front: list[int] = []
    best = float("-inf")
    for place in sorted(range(len(costs)), key=lambda i: (costs[i], -gains[i])):
        twin = front and (costs[front[-1]], gains[front[-1]]) == (costs[place], gains[place])
        if gains[place] > best or twin:
            front.append(place)
            best = gains[place]
    return front
