# test/oracle/funnel.py: prints the table from_mpmath in test/pgtap/funnel.sql; python3 test/oracle/funnel.py
# Made with mpmath 1.3.0, to 60 digits, from the integral of the beta density.
from mpmath import ceil, erfinv, exp, log, log1p, loggamma, mp, mpf, quad, sqrt

mp.dps = 60
MAX = 2 ** 63 - 1

CASES = [
	(10 ** 15, 1, 3, '0.95'), (10 ** 15, 1, 3, '0.999'), (10 ** 15, 999, 1000, '0.5'), (10 ** 15, 999, 1000, '0.8'),
	(2 ** 53 + 1, 1, 3, '0.95'), (2 ** 53 + 1, 2587, 3506, '0.998'), (2 ** 53 + 1, 999, 1000, '0.999'),
	(10 ** 18, 1, 2, '0.95'), (10 ** 18, 600, 3183, '0.998'), (10 ** 18, 1, 10 ** 6, '0.99'), (10 ** 18, 3, 10 ** 18, '0.95'),
	(MAX, 1, MAX, '0.95'), (MAX, 20, MAX, '0.998'), (MAX, MAX - 20, MAX, '0.998'), (MAX, MAX // 2, MAX, '0.95'),
	(MAX, 1, 3, '0.5'), (MAX, 2587, 3506, '0.998'), (MAX, 2587, 3506, '0.999999'), (MAX, 2587, 3506, '0.000001'),
	(MAX - 1, 1, 2, '0.000000001'), (MAX, 2, 3, '0.999999999999'), (1000, 1, MAX, '0.95'), (1000, MAX - 1, MAX, '0.95'),
	(7592201789511292928, 2, 65160007018189904, '0.998'), (7592201789511292928, 65160007018189902, 65160007018189904, '0.998'),
	(100, 1, 3, '0.999999999999'), (12345, 2587, 3506, '0.999999999999'), (1000000007, 600, 3183, '0.999999999999'),
]


def at_most(k, n, hits, of):
	"""P(X <= k) of n cases, each a hit with the chance hits / of."""
	if k < 0 or k >= n:
		return mpf(k >= n)
	p = mpf(hits) / of
	if k == 0 or k == n - 1:
		return (1 - p) ** n if k == 0 else 1 - p ** n
	scale = loggamma(n + 1) - loggamma(k + 1) - loggamma(n - k)
	step = sqrt(p * (1 - p) / n) + mpf(1) / n
	sum, last, x = mpf(0), mpf(1), p
	while x < 1 and last > sum * mpf(10) ** -30:
		to = min(x + step, mpf(1))
		last = quad(lambda x: exp(scale + k * log(x) + (n - k - 1) * log1p(-x)) if 0 < x < 1 else mpf(0), [x, to])
		sum, x = sum + last, to
	return sum


def smallest(n, hits, of, tail, reached):
	"""The smallest k whose P(X <= k) is; Newton's steps come near to it, and its neighbour settles it."""
	if reached(at_most(0, n, hits, of)):
		return 0
	p = mpf(hits) / of
	k = max(int(n * p + sqrt(2 * n * p * (1 - p)) * erfinv(2 * tail - 1)), 1)
	low, high = 0, n
	while high - low > 1:
		below = at_most(k, n, hits, of)
		low, high = (low, k) if reached(below) else (k, high)
		density = exp(loggamma(n + 1) - loggamma(k + 1) - loggamma(n - k + 1) + k * log(p) + (n - k) * log1p(-p))
		k = min(max(k + int(ceil(min(max((tail - below) / density, -n), n))), low + 1), high - 1)
	return high


rows = []
for n, hits, of, level in CASES:
	tail = (1 - mpf(float(level))) / 2
	lower = smallest(n, hits, of, tail, lambda f: f >= tail)
	upper = n - smallest(n, of - hits, of, tail, lambda f: f > tail)
	rows.append(f"\t({n}, '{hits}/{of}', {level}, {lower}, {upper})")
print(',\n'.join(rows))
