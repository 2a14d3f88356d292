# test/oracle/inference.R: prints the expected values in test/pgtap/inference.sql; Rscript test/oracle/inference.R
# Made with R 4.2.2.
options(warn = -1)

count <- function(x) format(x, scientific = FALSE, trim = TRUE)
number <- function(x) sprintf("%.17g", x)
rows <- function(...) cat(paste0("\t(", paste(..., sep = ", "), ")", collapse = ",\n"), "\n\n", sep = "")

# The normal's quantile, from the upper tail, since (1 + level) / 2 loses it near 1
level <- c(1e-6, 0.001, 0.1, 0.5, 0.68, 0.8, 0.9, 0.95, 0.99, 0.998, 0.999, 1 - 10^-(4:16))
rows(number(level), number(qnorm((1 - level) / 2, lower.tail = FALSE)))

# Wilson's interval: every kind of rate at every size, at levels whose quantile prop.test still has
hits <- c(0, 1, 0, 1, 2, 0, 3, 7, 9, 10, 73, 0, 1, 50, 99, 100, 409, 2587, 600, 2534, 24165, 0, 1, 5e11, 1e12 - 1, 1e12,
	0, 2^52, 2^53, 2^62 - 2^10, 2^62)
total <- c(1, 1, 2, 2, 2, 10, 10, 10, 10, 10, 100, 100, 100, 100, 100, 100, 1029, 3506, 3183, 3129, 29186, 1e12, 1e12, 1e12, 1e12, 1e12,
	2^53, 2^53, 2^53, 2^62, 2^62)
for (level in c(0.95, 0.998, 0.5)) {
	bounds <- mapply(function(x, n) prop.test(x, n, conf.level = level, correct = FALSE)$conf.int, hits, total)
	rows(paste0("'", count(hits), "/", count(total), "'"), level, number(bounds[1, ]), number(bounds[2, ]))
}

# Two rates; the counts near the limits of int8 are such that a double holds all that prop.test makes of them
pair <- matrix(c(
	73, 100, 60, 100,
	1, 2, 3, 4,
	0, 1, 1, 1,
	0, 10, 1, 10,
	10, 10, 9, 10,
	0, 5, 7, 7,
	5, 10, 50, 100,
	409, 1029, 92, 241,
	2587, 3506, 600, 3183,
	600, 3183, 2534, 3129,
	66, 100, 6600, 10000,
	0, 1000, 1, 100000,
	300, 1000, 500, 1000,
	200, 1000, 800, 1000,
	100, 1000, 900, 1000,
	10, 1000, 990, 1000,
	0, 1000, 1000, 1000,
	50, 1e6, 700, 1e6,
	1e6, 1e9, 1.03e6, 1e9,
	5e11, 1e12, 500001e6, 1e12,
	5e11, 1e12, 500020e6, 1e12,
	1, 1e12, 30, 1e12,
	2^61, 2^62, 2^61 + 2^31, 2^62,
	2^61, 2^62, 2^61 + 2^33, 2^62,
	2^61, 2^62, 2^61 + 2^35, 2^62,
	2^30, 2^31, 2^61 + 2^46, 2^62,
	2^40, 2^62, 2^40 + 2^23, 2^62,
	2^62 - 2^40, 2^62, 2^62 - 2^40 - 2^25, 2^62), ncol = 4, byrow = TRUE)
p <- apply(pair, 1, function(x) prop.test(x[c(1, 3)], x[c(2, 4)], correct = FALSE)$p.value)
rows(paste0("'", count(pair[, 1]), "/", count(pair[, 2]), "'"), paste0("'", count(pair[, 3]), "/", count(pair[, 4]), "'"), number(p))
