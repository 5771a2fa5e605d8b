/** Inside the case room: the state of one dtn_case_read, shared by its steps.
 *
 *      read.c      files, order of the steps, hashes
 *      tables.c    case.yaml -> structs, by the schemas
 *      overlay.c   model, overlays, courses become one form
 *      resolve.c   names and times against the model; units.c units
 *      constant.c  what may be set or drawn, and within which range
 *      mixture.c   hypotheses: priors, mixtures
 *      observed.c  recorded series;  evidence.c  what stands behind each line
 *      profile.c   profiles and their labels
 *      design.c    draws;  dist.c  distributions
 */
#ifndef DTN_CASE_READER_H
#define DTN_CASE_READER_H

#include "case/case.h"
#include "case/schema.h"
#include "store/csv.h"

#define DTN_CASE_MAX_FILE ((size_t)64 << 20) /* model, overlay or observed file */
#define DTN_CASE_MAX_PROFILES 1000           /* each is a run of every future */

typedef struct dtn_case_file {
    const char *text;
    size_t n;
} dtn_case_file;

typedef struct dtn_case_reader {
    dtn_schema_reader schema; /* first: the tables' custom readers get its address */
    dtn_case *c;
    dtn_arena *arena;
    dtn_diags *diags;
    const dtn_yaml_node *root;
    bool is_folder;       /* the path given is one */
    char *heap;           /* a file between reading and its copy in the arena */
    dtn_csv_table table;  /* evidence, while it is read */
    dtn_diags ignored;    /* of trial readings */
    dtn_case_file *files; /* for the hash, in order */
    size_t n_file, cap_file;
    size_t n_model_file; /* of them, from the second on: model and overlays */
} dtn_case_reader;

/** File `name` of the case's folder, in the arena, kept for the hash. */
dtn_status dtn_case_load(dtn_case_reader *r, const char *name, const char **path,
                         dtn_case_file *out);

/** Steps of dtn_case_read; mistakes go to r->diags, a status other than OK ends the reading. */
void dtn_case_read_tables(dtn_case_reader *r);
void dtn_case_read_view_tables(dtn_case_reader *r, const dtn_yaml_node *root);
void dtn_case_read_loop_tables(dtn_case_reader *r, const dtn_yaml_node *root);
dtn_status dtn_case_read_views(dtn_case_reader *r);
/** Views of another file, in place of the case's own; the case's hash takes it up. */
dtn_status dtn_case_read_other_views(dtn_case_reader *r, const char *path);
dtn_status dtn_case_read_loops(dtn_case_reader *r);
dtn_status dtn_case_read_evidence(dtn_case_reader *r);
/** The tree of a further YAML file of the case, which is kept for the hash; 603 when empty. */
dtn_status dtn_case_load_yaml(dtn_case_reader *r, const char *name, dtn_yaml_node **root);
dtn_status dtn_case_read_model(dtn_case_reader *r);
/** Where `key` of `time:` stands; the whole case where it is not given. */
dtn_pos dtn_case_time_pos(const dtn_case_reader *r, const char *key);
void dtn_case_check_time(dtn_case_reader *r);
void dtn_case_check_names(dtn_case_reader *r);
/** Can a number stand for this element in every run? Else false and, at `pos`, 604 where the model computes
 *  it, 606 where a course has a rule for it; `name` as it was written. The arena needs a guard of the caller's. */
bool dtn_case_check_constant(dtn_arena *arena, const dtn_model *model, uint32_t var,
                             uint32_t element, const char *name, dtn_pos pos, dtn_diags *diags);
/** 803 where draws of a parameter leave the constant's range in the model. */
void dtn_case_check_draws(dtn_case_reader *r, uint32_t var, const dtn_case_parameter *p);
/** 803 where an answer sets a constant outside its range in the model, 642 outside that of its parameter. */
void dtn_case_check_value(dtn_case_reader *r, uint32_t var, const dtn_setting *set);
dtn_status dtn_case_check_all_units(dtn_case_reader *r);
void dtn_case_check_hypotheses(dtn_case_reader *r);
void dtn_case_read_profiles(dtn_case_reader *r);
dtn_status dtn_case_read_observed(dtn_case_reader *r);
/** Do the rules of courses reach what the case counts? Warnings (reach.c). */
dtn_status dtn_case_check_reach(dtn_case_reader *r);
void dtn_case_check_ranges(dtn_case_reader *r);

/** dtn_case_profile without its guard: for callers that have one on the case's arena. */
dtn_status dtn_case_parse_profile(dtn_case *c, const char *text, dtn_profile *out,
                                  dtn_diags *diags);

const dtn_outcome *dtn_case_find_outcome(const dtn_case *c, const char *id); /* NULL: none */
/** Bytes of a unit before its last "/Day", "/Week", "/Month" or "/Year"; all when it has none. */
size_t dtn_case_unit_numerator(const char *unit);

#endif
