# test/oracle/alerts.R: prints the expected values in test/pgtap/alerts.sql; Rscript test/oracle/alerts.R
# Made with R 4.2.2 and surveillance 1.20.3.
suppressPackageStartupMessages(library(surveillance))

number <- function(x) sprintf("%.17g", x)
array <- function(x) paste0("'{", paste(number(x), collapse = ","), "}'")
row <- function(...) paste0("\t(", paste(..., sep = ", "), ")")
print_rows <- function(rows) cat(paste(rows, collapse = ",\n"), ";\n\n", sep = "")

# The normal's quantile, and the limit of a CUSUM whose in-control run is 1 / alpha by Siegmund's approximation, k = 0.5
alpha <- c(0.45, 0.3, 0.1, 0.05, 0.025, 0.01, 0.001, 10^-c(4, 6, 9, 12, 100, 299))
limit <- function(alpha) {
	run <- function(h, k = 0.5) (exp(2 * k * (h + 1.166)) - 2 * k * (h + 1.166) - 1) / (2 * k^2)
	uniroot(function(h) log(run(h) * alpha), c(0.01, 800), tol = 1e-14)$root
}
print_rows(row(number(alpha), number(qnorm(alpha, lower.tail = FALSE)), number(sapply(alpha, limit))))

# First and last are above 0, as a trend begins and ends with a row
set.seed(12315)
series <- list(
	quiet = c(1, rep(0, 11), 1, rep(0, 9), 2, 0, 0, 0, 1),
	linear = 3 * 1:26,
	weekly = round(30 + 12 * sin(2 * pi * (1:28) / 7) + rnorm(28)),
	outbreak = c(rpois(15, 10), 14, 25, 40, 38, 22, rpois(8, 10)),
	sparse = c(1, rpois(26, 0.4), 1),
	constant = c(rep(5, 12), 6, rep(5, 12), 9),
	large = 1e12 + round(rnorm(26, 0, 500)),
	busy = rpois(40, 200))
print_rows(sapply(names(series), function(name) row(paste0("'", name, "'"), array(series[[name]]))))

ears <- function(x, method, baseline, alpha, floor) {
	result <- earsC(sts(observed = x), list(method = method, baseline = baseline, alpha = alpha, minSigma = floor))
	list(threshold = as.vector(upperbound(result)), alarm = as.vector(alarms(result)))
}

# Mean and deviation of the C2 baseline of every unit that has one; NA before
baselines <- function(x, size, floor, gap = 2) {
	measure <- function(f) c(rep(NA, size + gap), sapply((size + gap + 1):length(x), function(t) f(x[(t - size - gap):(t - gap - 1)])))
	list(mean = measure(mean), sd = pmax(measure(sd), floor))
}
score <- function(x, base) ifelse(base$sd > 0, (x - base$mean) / base$sd, 0)

# By the help page of earsC: max(0, mean + sd (z - what the two units before had above 1)); its code has the count in place of the mean
c3 <- function(x, baseline, alpha, floor) {
	base <- baselines(x, baseline, floor)
	excess <- pmax(0, score(x, base) - 1)
	t <- (baseline + 5):length(x)
	threshold <- pmax(0, base$mean[t] + base$sd[t] * (qnorm(1 - alpha) - excess[t - 1] - excess[t - 2]))
	list(threshold = threshold, alarm = x[t] > threshold)
}

cusum <- function(x, baseline, alpha, floor, k = 0.5) {
	base <- baselines(x, baseline, floor)
	h <- limit(alpha)
	sum <- 0
	result <- list(threshold = NULL, alarm = NULL)
	for (t in (baseline + 3):length(x)) {
		threshold <- base$mean[t] + base$sd[t] * (h + k - sum)
		alarm <- x[t] > threshold
		sum <- if (alarm) 0 else max(0, sum + score(x, base)[t] - k)
		result$threshold <- c(result$threshold, threshold)
		result$alarm <- c(result$alarm, alarm)
	}
	result
}

judge <- function(x, method, ...) switch(method, ears_c1 = ears(x, "C1", ...), ears_c2 = ears(x, "C2", ...), ears_c3 = c3(x, ...), cusum = cusum(x, ...))

# Each series by the defaults, and by one other choice; the means as of C1, since C2 has them two units later
choices <- list(c(3, 0.05, 1), c(14, 1e-6, 0.5), c(5, 0.4, 0.25), c(7, 0.01, 2))
means <- thresholds <- NULL
for (i in seq_along(series)) {
	x <- series[[i]]
	name <- paste0("'", names(series)[i], "'")
	other <- choices[[(i - 1) %% 4 + 1]]
	for (size in unique(c(7, other[1]))) {
		expected <- baselines(x, size, 0, gap = 0)$mean
		means <- c(means, row(name, size, array(expected[!is.na(expected)])))
	}
	for (method in c("ears_c1", "ears_c2", "ears_c3", "cusum")) for (choice in list(NULL, other)) {
		used <- if (is.null(choice)) c(7, if (method == "ears_c3") 0.025 else 0.001, 0) else choice
		result <- judge(x, method, used[1], used[2], used[3])
		thresholds <- c(thresholds, row(name, paste0("'", method, "'"), used[1], if (is.null(choice)) "NULL" else used[2], used[3],
			paste0("'", paste(as.integer(result$alarm), collapse = ""), "'"), array(result$threshold)))
	}
}
print_rows(means)
print_rows(thresholds)

# An alpha above a half: the threshold lies below the mean
print_rows(sapply(c("ears_c1", "ears_c3"), function(method) row(paste0("'", method, "'"), array(judge(series$busy, method, 7, 0.9, 0)$threshold))))
