# test/oracle/inference.py: prints the tables far_wilson and far_p in test/pgtap/inference.sql; python3 test/oracle/inference.py
# Made with mpmath 1.3.0, to 50 digits.
from mpmath import erfc, erfinv, mp, mpf, nstr, sqrt

mp.dps = 50
MAX = 2 ** 63 - 1

rows = []
for hits, total, level in [(0, 4118, '0.999999997'), (9, 9, '0.999999997'), (0, MAX, '0.999999999'), (MAX - 1, MAX, '0.95'),
		(1, MAX, '0.999999999'), (MAX // 3, MAX, '0.999999999'), (MAX // 3, MAX, '0.000001'), (7, 10, '0.000001')]:
	z = sqrt(2) * erfinv(mpf(float(level)))
	p = mpf(hits) / total
	centre, scale = p + z * z / (2 * total), 1 + z * z / total
	half = z * sqrt(p * (1 - p) / total + z * z / (4 * mpf(total) ** 2))
	lower = '0' if hits == 0 else nstr((centre - half) / scale, 17)
	upper = '1' if hits == total else nstr((centre + half) / scale, 17)
	rows.append(f"\t('{hits}/{total}', {level}, {lower}, {upper})")
print(',\n'.join(rows), end='\n\n')

rows = []
for h1, t1, h2, t2 in [(MAX // 2, MAX, MAX // 2 + 79456894976, MAX), (MAX // 2, MAX, MAX // 2 + 79400000000, MAX), (MAX, MAX, MAX - 30, MAX),
		(6356627967507, 6356627967507, 479972042968937, 479972042970660), (412718662, 412718662, 1392762, 1392763)]:
	p = mpf(h1 + h2) / (t1 + t2)
	z = abs(mpf(h1) / t1 - mpf(h2) / t2) / sqrt(p * (1 - p) * (mpf(1) / t1 + mpf(1) / t2))
	rows.append(f"\t('{h1}/{t1}', '{h2}/{t2}', {nstr(erfc(z / sqrt(2)), 17)})")
print(',\n'.join(rows))
