/** What a model and its variables are, as JSON: `explain` prints it as text or as it is. */
#ifndef DTN_CLI_EXPLAIN_H
#define DTN_CLI_EXPLAIN_H

#include "check/check.h"
#include "cli/cli.h"

#include <jansson.h>

/** The model, or case: time, sizes, courses of action, declared loops with the signs of their
 *  links, constants that only carry a unit, variables, links. New reference. */
json_t *dtn_explain_model(dtn_cli *cli, const dtn_graph *graph);
/** One variable: equations, unit, range, documentation, source, evidence, causes, uses, loops
 *  declared and found. */
json_t *dtn_explain_variable(dtn_cli *cli, const dtn_graph *graph, uint32_t var);

#endif
