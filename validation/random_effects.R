# The metafor calls behind tests/textbook/test_effects.py.
#   Rscript validation/random_effects.R designs.csv > metafor.csv
# designs.csv: case, y, v, mod1, mod2 (the table DESIGNS of that test). Without it only the BCG trials.
library(metafor)
cat("R", R.version$major, R.version$minor, "metafor", as.character(packageVersion("metafor")), "\n",
    file = stderr())

bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
for (method in c("FE", "DL", "PM", "ML", "REML")) {
  fit <- rma(yi, vi, data = bcg, method = method)
  cat("bcg", method, fit$b, fit$se, fit$ci.lb, fit$ci.ub, fit$tau2, fit$QE, fit$I2, "\n")
}
print(confint(rma(yi, vi, data = bcg, method = "REML")))            # Q-profile interval of tau2
knha <- rma(yi, vi, data = bcg, method = "REML", test = "knha")
cat("bcg knha", knha$ci.lb, knha$ci.ub, "\n")

file <- commandArgs(trailingOnly = TRUE)
if (length(file) == 1) {
  designs <- read.csv(file)
  for (case in unique(designs$case)) {
    rows <- designs[designs$case == case, ]
    for (model in list(~1, ~mod1, ~mod1 + mod2)) {
      for (method in c("FE", "DL", "HE", "PM", "ML", "REML")) {
        for (test in c("z", "knha")) {
          fit <- rma(y, v, mods = model, data = rows, method = method, test = test)
          cat(case, deparse(model), method, test, fit$tau2, fit$b, fit$se, fit$ci.lb, fit$ci.ub, "\n")
        }
      }
    }
  }
}
