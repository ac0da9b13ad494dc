# The commands of daily work. What they do is written in Rust: `cargo xtask help`.

.PHONY: help run test sim random chaos planted fix deny

help:
	@echo "make run    build Baton and start it on the folder ./baton-data"
	@echo "make test   every check and every test; the last line counts them"
	@echo "make sim    simulate one node for an hour, or MINUTES=n; goes on where it stopped"
	@echo "make random 10000 random models with random commands, or MODELS=n, from SEED=n"
	@echo "make chaos  hours of kills, power cuts and broken disks; an interrupted run goes on"
	@echo "make planted plant bugs in a copy of the last commit; a suite must catch each"
	@echo "make fix    format, and apply what clippy can correct"
	@echo "make deny   licences, sources and duplicates of the dependencies (needs cargo-deny)"

run:
	cargo run --profile quick --package baton -- serve

test:
	@cargo xtask ci

sim:
	cargo run --profile sim --package baton-sim -- --minutes $(or $(MINUTES),60) --steps 3000

random:
	RANDOM_MODELS=$(or $(MODELS),10000) RANDOM_SEED=$(or $(SEED),$(shell date +%s)) cargo test --profile sim --package baton-engine --test scenarios random_models -- --nocapture

chaos:
	@cargo xtask chaos long --resume target/chaos.json

planted:
	@cargo xtask planted

fix:
	@cargo xtask fix

deny:
	@command -v cargo-deny >/dev/null || { echo "cargo-deny is missing; install it with: cargo install --locked cargo-deny" >&2; exit 1; }
	cargo deny --offline check bans licenses sources
