/** Détente's C API: run a model from a program of your own.
 *
 *  A simulation is a model that has been read, checked and compiled, with parameters that can be
 *  set and a table of results. Ensembles, cases and comparisons are the command line's so far.
 *
 *      dtn_diags diags;
 *      dtn_simulation *sim = NULL;
 *      dtn_diags_init(&diags);
 *      if (dtn_simulation_new("model.mdl", &sim, &diags) == DTN_OK &&
 *          dtn_simulation_set(sim, "contact rate", 8) == DTN_OK &&
 *          dtn_simulation_run(sim, 1, 0) == DTN_OK) {
 *          size_t column = 0, last = dtn_simulation_n_row(sim) - 1;
 *          if (dtn_simulation_find(sim, "Infected", &column) == DTN_OK)
 *              printf("%g\n", dtn_simulation_row(sim, last)[column]);
 *      }
 *      dtn_simulation_delete(sim);
 *      dtn_diags_free(&diags);
 *
 *  Every function of the library begins with dtn_. Nothing is printed, no process ended, no
 *  global state kept: different simulations may be used by different threads at once.
 *  Link with `pkg-config --libs detente`.
 */
#ifndef DETENTE_DETENTE_H
#define DETENTE_DETENTE_H

#include <stddef.h>
#include <stdint.h>

#include "detente/diag.h"
#include "detente/status.h"

/* What the shared library exports, with the functions of those two. */
#pragma GCC visibility push(default)

/** "0.1.0"; static storage. */
const char *dtn_version(void);

/* ---- Simulations ---------------------------------------------------------- */

typedef struct dtn_simulation dtn_simulation;

/** Read a model (.mdl, .xmile, .stmx), check it and compile it.
 *
 *  path   of the model file
 *  out    out, owned: free with dtn_simulation_delete; untouched on error
 *  diags  in and out: what is wrong, or worth knowing, with file, line and column
 *
 *  Errors: DTN_E_IO (no such file), DTN_E_INPUT (see the diagnostics), DTN_E_MEMORY.
 */
dtn_status dtn_simulation_new(const char *path, dtn_simulation **out, dtn_diags *diags);
/** Free it and all borrowed from it; NULL is fine. */
void dtn_simulation_delete(dtn_simulation *sim);

/** Give a constant another value from the next run on. `name` as in the model, in any spelling
 *  that means the same ("Contact rate", "contact_rate"); an element as "name[a,b]".
 *  Errors: DTN_E_NOT_FOUND (no constant of that name). */
dtn_status dtn_simulation_set(dtn_simulation *sim, const char *name, double value);

/** Run from the initial to the final time. The table is replaced.
 *
 *  seed   of the random numbers; the same seed and run give the same table
 *  run    number of the run, from 0: run K of an ensemble with this seed
 *
 *  Errors: DTN_E_RUN (a value became non-finite; the table is complete all the same),
 *  DTN_E_MEMORY.
 */
dtn_status dtn_simulation_run(dtn_simulation *sim, uint64_t seed, uint64_t run);

/* ---- Its table: a row for each save point, a column for each value --------- */

/** Columns; the first, 0, is time. Known before the first run. */
size_t dtn_simulation_n_column(const dtn_simulation *sim);
/** Name of a column, "name" or "name[a,b]"; borrowed until the simulation is deleted. */
const char *dtn_simulation_column(const dtn_simulation *sim, size_t column);
/** Unit as the model writes it, "" if it has none; borrowed likewise. */
const char *dtn_simulation_unit(const dtn_simulation *sim, size_t column);
/** Column of a variable or element, in any spelling. Errors: DTN_E_NOT_FOUND. */
dtn_status dtn_simulation_find(const dtn_simulation *sim, const char *name, size_t *column);
/** Rows of the last run; 0 before the first. */
size_t dtn_simulation_n_row(const dtn_simulation *sim);
/** Row, [n_column] values; borrowed until the next run. */
const double *dtn_simulation_row(const dtn_simulation *sim, size_t row);

#pragma GCC visibility pop

#endif
