"""One thread for NumPy's matrix products: those of small networks are much slower with more.

On two busy cores 200 steps of a network with 2 × 64 units took 1.1 s with OpenBLAS' own choice of threads
and 0.07 s with one, since the threads wait for each other at each of the small products.
"""

from functools import lru_cache

from threadpoolctl import threadpool_limits


@lru_cache(maxsize=1)
def use_one_thread() -> None:
    """Have this process compute its matrix products in the thread that asks, from now on."""
    threadpool_limits(1, user_api="blas")
