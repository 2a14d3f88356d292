# test/oracle/clearance.R: prints the survival curves in test/pgtap/clearance.sql; Rscript test/oracle/clearance.R
# Made with R 4.2.2 and survival 3.5-3. A quantile is the first time at which the curve is low enough: survfit's own
# is the middle of the step where the curve meets the level exactly.
suppressMessages(library(survival))

array <- function(x) paste0("'{", paste(ifelse(is.na(x), "NULL", format(x, scientific = FALSE, trim = TRUE)), collapse = ","), "}'")
fraction <- c(0.01, 0.1, 0.25, 0.5, 0.6, 0.75, 0.9, 0.99, 1)
studies <- list(aml = aml, ovarian = with(ovarian, data.frame(time = futime, status = fustat)),
	veteran = veteran, lung = transform(lung, status = status - 1), uncensored = data.frame(time = 1:10, status = 1))
for (name in names(studies)) {
	study <- studies[[name]]
	curve <- survfit(Surv(time, status) ~ 1, data = study)
	quantile <- sapply(fraction, function(f) curve$time[which(curve$surv <= 1 - f + 1e-9)[1]])
	cat("\t('", name, "', ", array(study$time), ", ", array(study$status), ", ", array(quantile), "),\n", sep = "")
}
