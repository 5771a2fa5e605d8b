/** A case folder: model, uncertainty, courses of action, outcomes, observations.
 *
 *  Read from case.yaml (docs/case-format.md) with a strict schema; every entry keeps its
 *  position. All memory belongs to case->arena; the model is owned too.
 */
#ifndef DTN_CASE_CASE_H
#define DTN_CASE_CASE_H

#include "compile/program.h"
#include "model/model.h"
#include "num/points.h"

typedef struct dtn_link {
    const char *from, *to;
    int sign;
    dtn_pos pos;
} dtn_link;
typedef struct dtn_lever {
    const char *concept;
    int sign; /* +1: more of it is asked for, -1: less */
    dtn_pos pos;
} dtn_lever;

typedef struct dtn_course {
    const char *id, *name, *summary, *source;
    dtn_lever *levers; /* what a document that argues for it asks for */
    size_t n_lever, cap_lever;
    const char **parts; /* ids of courses of the actor that it combines */
    size_t n_part, cap_part;
    const char *rules;      /* .mdl text, with the indentation it has in case.yaml */
    const char *rules_text; /* the same to show: without the indentation */
    dtn_pos rules_pos;      /* of the first byte of `rules` in case.yaml */
    uint32_t overlay;       /* id in the model, from 1 */
    dtn_pos pos;
} dtn_course;

typedef struct dtn_actor {
    const char *id, *name;
    const char **also; /* further names that documents have for it */
    size_t n_also, cap_also;
    dtn_course *courses;
    size_t n_course, cap_course;
    dtn_pos pos;
} dtn_actor;

/** A profile: for each actor the index of its course, or DTN_NONE for the model's own rule. */
typedef struct dtn_profile {
    const char *label; /* "north=restraint;south=curbs"; "reference" for no course at all */
    uint32_t *course;  /* [n_actor] */
} dtn_profile;

typedef enum dtn_dist_kind {
    DTN_DIST_FIXED,
    DTN_DIST_UNIFORM,
    DTN_DIST_TRIANGULAR,
    DTN_DIST_NORMAL,
    DTN_DIST_LOGNORMAL,
    DTN_DIST_BETA
} dtn_dist_kind;
typedef struct dtn_dist {
    dtn_dist_kind kind;
    double p[4]; /* in the order of docs/case-format.md */
} dtn_dist;
/** Value at uniform u; non-decreasing in u. */
double dtn_dist_quantile(const dtn_dist *dist, double u);
/** Share of draws below `low` or above `high`, an end that is NaN being none; 0 where it is not worth a word. */
double dtn_dist_share_outside(const dtn_dist *d, double low, double high);
/** Value i of n, from 0: equally far apart from end to end; of a distribution without ends in the middle of n parts
 *  of equal probability. One value: the median. */
double dtn_dist_level(const dtn_dist *dist, uint32_t i, uint32_t n);

typedef struct dtn_case_parameter {
    const char *name; /* as written */
    const char *unit, *source, *status, *known_on;
    dtn_dist dist;
    double low, high; /* range */
    dtn_pos pos;
} dtn_case_parameter;

typedef struct dtn_setting {
    const char *name;
    double value;
    dtn_pos pos;
} dtn_setting;
typedef struct dtn_weight {
    const char *answer;
    double weight;
    dtn_pos pos;
} dtn_weight;

typedef struct dtn_answer {
    const char *id, *name, *source;
    double prior;
    dtn_setting *sets; /* after reading, mixtures have their weighted settings here too */
    size_t n_set, cap_set;
    dtn_weight *mixture;
    size_t n_mixture, cap_mixture;
    dtn_link *links;
    size_t n_link, cap_link;
    dtn_pos pos;
} dtn_answer;

typedef struct dtn_hypothesis {
    const char *id, *question;
    dtn_answer *answers;
    size_t n_answer, cap_answer;
    dtn_pos pos;
} dtn_hypothesis;

/** What a view says of one hypothesis. */
typedef struct dtn_stance {
    const char *hypothesis; /* id */
    const char *stance;     /* held | denied | open */
    const char *answer;     /* the answer held; NULL: see mixture */
    bool has_weights;       /* as a mapping: `prior` is none */
    dtn_weight *mixture;    /* weights over answers; none: the priors */
    size_t n_mixture, cap_mixture;
    const char **denies; /* answers that it rejects */
    size_t n_denied, cap_denied;
    const char *source, *paraphrase;
    dtn_pos answer_pos, weights_pos, denies_pos; /* line 0: not given */
    uint32_t i_hypothesis;
    const double *weights; /* [n_answer] after reading; they add up to 1 */
    dtn_pos pos;
} dtn_stance;

/** A document's, or a named position's, answers to the hypotheses: a setting of the model. */
typedef struct dtn_view {
    const char *id, *name, *kind, *about;
    struct {
        dtn_setting *courses; /* name "actor=course"; the value is not used */
        size_t n_course, cap_course;
        const char *source, *paraphrase;
    } recommends;
    dtn_profile recommended; /* what it argues for; label NULL: nothing */
    dtn_stance *stances;
    size_t n_stance, cap_stance;
    dtn_pos pos;
} dtn_view;

/** A document as the views cite it: what its text must be for the cited bytes to mean anything. */
typedef struct dtn_cited_text {
    const char *id;
    double n_byte;    /* a whole number */
    const char *xxh3; /* XXH3-128 of the bytes, 32 hex digits */
    dtn_pos pos;
} dtn_cited_text;

/** A feedback loop that the case declares by name: each variable stands in the equation of the
 *  next, the last in that of the first. Checked against the model's graph when read. */
typedef struct dtn_declared_loop {
    const char *id, *name, *polarity, *source;
    const char **variables;
    size_t n_variable, cap_variable;
    bool has_sign; /* every link's sign follows from the equations, and so does `polarity` */
    dtn_pos pos;
} dtn_declared_loop;

/** A row of evidence.tsv: what stands behind a variable, a rule or a link. */
typedef struct dtn_evidence {
    const char *item;                                        /* "strikes", "strikes -> recruits" */
    const char *kind, *source_kind, *source, *status, *note; /* "" where not given */
    uint32_t *vars;                                          /* that the item names */
    size_t n_var, cap_var;
} dtn_evidence;
/** Does the row speak of this variable, alone or in a link? */
bool dtn_evidence_names(const dtn_evidence *row, uint32_t var);

typedef struct dtn_concept {
    const char *id, *name;
    const char **variables;
    size_t n_variable, cap_variable;
    dtn_pos pos;
} dtn_concept;

typedef enum dtn_measure {
    DTN_SINCE_DECISION,
    DTN_AT_END,
    DTN_MEAN_AFTER,
    DTN_MAX_AFTER
} dtn_measure;
typedef struct dtn_outcome {
    const char *id, *name, *variable, *unit, *group;
    uint32_t var, element; /* in the model */
    dtn_measure measure;
    int is_increment; /* series: increments over save_every instead of the level */
    int direction;    /* -1 lower is better, +1 higher is better, 0 none */
    dtn_pos pos;
} dtn_outcome;

/** Group human_cost: what is suffered, so that less of it is better wherever it is judged. */
bool dtn_outcome_is_human_cost(const dtn_outcome *outcome);

typedef struct dtn_regime {
    double code;
    const char *id, *name;
    dtn_pos pos;
} dtn_regime;

typedef struct dtn_observed {
    const char *id, *name, *file, *outcome, *unit, *source;
    uint32_t i_outcome;
    size_t n;
    double *t;     /* model time of the point (end of its period) */
    double *value; /* as drawn: increments rescaled to save_every */
    const char **date;
    double *raw; /* as recorded */
    dtn_pos pos;
} dtn_observed;

struct dtn_case;
/** Does point i lie between the run's first and last day? Only such points are drawn. */
bool dtn_observed_is_in_run(const struct dtn_case *c, const dtn_observed *s, size_t i);

typedef struct dtn_case {
    dtn_arena *arena;
    const char *path; /* of case.yaml */
    const char *folder;
    const char *id, *title, *summary;
    const char *model_file;
    const char **overlay_files;
    size_t n_overlay_file, cap_overlay_file;
    dtn_model *model; /* with overlays merged and courses added, resolved */
    const char *time_unit;
    double days_per_unit;
    const char *start, *decide_on, *until; /* ISO dates */
    double t_start, t_decide, t_until;     /* model time */
    double save_every;
    const char *record_constant; /* constant of the model: time up to which recorded interventions
                                    hold; never later than t_decide. NULL: none */
    dtn_actor *actors;
    size_t n_actor, cap_actor;
    dtn_profile reference;
    dtn_profile *profiles;
    size_t n_profile, cap_profile;
    dtn_case_parameter *parameters;
    size_t n_parameter, cap_parameter;
    dtn_hypothesis *hypotheses;
    size_t n_hypothesis, cap_hypothesis;
    const char *views_file; /* NULL: none */
    dtn_view *views;
    size_t n_view, cap_view;
    dtn_cited_text *texts; /* documents that the views were written from, as far as listed */
    size_t n_text, cap_text;
    const char *loops_file; /* NULL: none */
    dtn_declared_loop *loops;
    size_t n_loop, cap_loop;
    const char *evidence_file; /* NULL: none */
    dtn_evidence *evidence;
    size_t n_evidence, cap_evidence;
    dtn_concept *concepts;
    size_t n_concept, cap_concept;
    dtn_outcome *outcomes;
    size_t n_outcome, cap_outcome;
    const char *regime_variable;
    uint32_t regime_var;
    dtn_regime *regimes;
    size_t n_regime, cap_regime;
    dtn_observed *observed;
    size_t n_observed, cap_observed;
    char hash[33], model_hash[33]; /* XXH3-128 of the case's files; of the model's */
    const char *views_name; /* of the file that dtn_case_set_views took, without its folder; NULL */
} dtn_case;

/** Read and validate a case: `path` is case.yaml or its folder. DTN_E_INPUT with diagnostics
 *  (6xx, and those of the model) on any error. *out: free with dtn_case_delete. */
dtn_status dtn_case_read(const char *path, dtn_case **out, dtn_diags *diags);
/** What case.yaml alone says, for those who need its ids: nothing of it is held against the model, which is not read, and
 *  no other file is. Errors: DTN_E_IO (701), DTN_E_INPUT (600 to 604). *out: free with dtn_case_delete. */
dtn_status dtn_case_read_names(const char *path, dtn_case **out, dtn_diags *diags);
void dtn_case_delete(dtn_case *c);
/** Take the views of another file (the form of views.yaml) in place of the case's own; the case's
 *  hash takes the file up. Errors: DTN_E_IO (701), DTN_E_INPUT (6xx). */
dtn_status dtn_case_set_views(dtn_case *c, const char *path, dtn_diags *diags);
/** Does the name mean something else where a view is named (prior, all, documents, views)? */
bool dtn_case_is_reserved_id(const char *id);

/** Parse "north=restraint;south=curbs" (any order, actors may be left out; "reference" is the
 *  case's own). Diagnostics 605 with the known ids as hint. */
dtn_status dtn_case_profile(dtn_case *c, const char *text, dtn_profile *out, dtn_diags *diags);

/** "north=restraint;south=curbs", as the profile's courses are written, whatever its label; "none". The arena needs a
 *  guard of the caller's. */
const char *dtn_case_courses(const dtn_case *c, const dtn_profile *profile, dtn_arena *arena);

/** ISO date -> model time and back (days counted; out holds "2025-01-06"). */
dtn_status dtn_case_time_of(const dtn_case *c, const char *iso_date, double *t);
/** The point of the series that a date (YYYY-MM-DD) stands for, as the case's own dates are taken: months and years within 3
 *  days. false: it stands between two; the nearest one's model time and date all the same. */
bool dtn_case_point_of(const dtn_case *c, const char *date, double *t, char nearest[11]);
void dtn_case_date_of(const dtn_case *c, double t, char out[11]);

/** Variable and element that "name" or "name[a,b]" means in a resolved model. Else 605 at `pos`,
 *  `what` ("the parameter") before the name and the nearest name as hint, and false. The arena
 *  needs a guard of the caller's. */
bool dtn_case_find_element(dtn_arena *arena, const dtn_model *model, const char *text, dtn_pos pos,
                           const char *what, uint32_t *var, uint32_t *element, dtn_diags *diags);
/** "name[a,b]" with all names as keys: what a program knows parameters by. */
const char *dtn_case_element_key(dtn_arena *arena, const char *text);

/** The uncertain inputs as program parameters: every case parameter and every constant that a
 *  hypothesis sets. The design draws run by run: parameter values, then the answers' settings;
 *  streams keyed "parameter:NAME" and "hypothesis:ID", the same under every profile and view. */
typedef struct dtn_design {
    const dtn_case *c;
    dtn_points points; /* where runs take them; dimensions: hypotheses, then rows */
    size_t n_param;
    uint32_t *param_ids;    /* in the program; [n_param] */
    const char **names;     /* [n_param] keys */
    double *fixed;          /* [n_param] value from --set, NaN where drawn */
    const double **weights; /* [n_hypothesis][n_answer] chances of the answers: the priors, or
                               a view's */
    const struct dtn_design_row *rows; /* [n_param] how each is drawn; inside design.c */
    const uint64_t *streams;           /* [n_hypothesis] */
} dtn_design;
/** The design over a program that was compiled with the keys of dtn_case_parameter_keys. The
 *  memory is `arena`'s, which needs a guard of the caller's. 605 when a parameter is not in the
 *  program. */
dtn_status dtn_design_new(const dtn_case *c, const dtn_program *program, uint64_t seed,
                          dtn_arena *arena, dtn_design *out, dtn_diags *diags);
/** Hold a parameter of the program at a value in every run (--set), whether the design draws it
 *  or not. 605 with the nearest name when it is none. */
dtn_status dtn_design_set(dtn_design *design, const dtn_program *program,
                          const dtn_setting *setting, dtn_arena *arena, dtn_diags *diags);
/** 804, a warning at the variable, where a value is given for what a model computes: its equation does not count
 *  then. The arena needs a guard of the caller's. */
void dtn_case_check_held(dtn_arena *arena, const dtn_model *model, uint32_t var, uint32_t element,
                         const char *name, dtn_diags *diags);
/** May the command line (`what`: "--set") give the element that `name` names a value? Else false and a diagnostic
 *  without a place: 605 where there is no such element, 604 where the model computes it, 606 where a course has a
 *  rule for it. 646, a warning, where a hypothesis sets it. The arena needs a guard of the caller's. */
bool dtn_case_check_given(const dtn_case *c, const char *name, const char *what, dtn_arena *arena,
                          dtn_diags *diags);
/** A held value outside the range that the case, or else the model, declares for its constant: 642,
 *  and it is held all the same. The arena needs a guard of the caller's. */
void dtn_case_check_setting(const dtn_case *c, const dtn_setting *setting, dtn_arena *arena,
                            dtn_diags *diags);
/** Take the answers' chances of a view: "prior" those of the case, the id of one of the case's views
 *  its own, "H1=compel;H3=degrade" the answers named. The arena needs a guard of the caller's. */
dtn_status dtn_design_set_view(dtn_design *design, const char *view, dtn_arena *arena,
                               dtn_diags *diags);
/** A dtn_design_fn: params[n_param][n]. ctx is a dtn_design. */
void dtn_design_draw(void *ctx, uint64_t run0, uint32_t n, double *params);
/** One parameter of runs run0..run0+n-1, and the case's parameter behind it (NULL: none). */
void dtn_design_draw_row(const dtn_design *design, size_t i, uint64_t run0, uint32_t n,
                         double *out);
const dtn_case_parameter *dtn_design_parameter(const dtn_design *design, size_t i);
/** Which answer run `run` has for hypothesis h. */
uint32_t dtn_design_answer(const dtn_design *design, uint64_t run, size_t h);
/** Keys of the variables that must be parameters of the program (for dtn_compile_options). The
 *  arena needs a guard of the caller's. */
void dtn_case_parameter_keys(const dtn_case *c, dtn_arena *arena, const char ***keys, size_t *n);

#endif
