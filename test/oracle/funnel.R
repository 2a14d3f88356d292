# test/oracle/funnel.R: prints the table from_r in test/pgtap/funnel.sql; Rscript test/oracle/funnel.R
# Made with R 4.2.2.

count <- function(x) format(x, scientific = FALSE, trim = TRUE)
counts <- function(x) paste0("'{", paste(count(x), collapse = ","), "}'")

total <- c(1, 2, 3, 5, 10, 30, 100, 1000, 1e4, 1e5, 1e6, 1e9, 1e12, 1e15)
target <- list(c(0, 7), c(1, 1e6), c(1, 1000), c(600, 3183), c(1, 3), c(1, 2), c(2587, 3506), c(999, 1000), c(7, 7))
tail <- (1 - c(0.5, 0.8, 0.9, 0.95, 0.99, 0.998, 0.999, 0.9999)) / 2

# For rates near 1 qbinom gives n instead of some quantiles, as pbinom tells: those come from the misses.
limits <- function(n, hits, of) {
	lower <- qbinom(tail, n, hits / of)
	from_misses <- n - qbinom(tail, n, (of - hits) / of, lower.tail = FALSE)
	wrong <- lower == n & pbinom(n - 1, n, hits / of) >= tail * (1 + 1e-13)
	list(lower = ifelse(wrong, from_misses, lower), upper = qbinom(tail, n, hits / of, lower.tail = FALSE))
}

# At 1e15 the last digit of R is not always right, as test/oracle/funnel.py tells, and of 999/1000 no digit.
sound <- function(n, hits, of) n < 1e15 || !(hits / of) %in% c(1 / 3, 999 / 1000)

rows <- c()
for (n in total) for (r in Filter(function(r) sound(n, r[1], r[2]), target)) {
	found <- limits(n, r[1], r[2])
	rows <- c(rows, paste0("\t(", count(n), ", '", count(r[1]), "/", count(r[2]), "', ", counts(found$lower), ", ", counts(found$upper), ")"))
}
cat(rows, sep = ",\n")
