/** Inner header of the XMILE reader: what xmile.c (models), xmile_head.c (header, time, units, dimensions),
 *  xmile_tree.c (XML), xmile_var.c (variables), xmile_gf.c (graphical functions) and xmile_belt.c (conveyors,
 *  queues, ovens) share. Not part of the room's face.
 */
#ifndef DTN_FORMAT_XMILE_H
#define DTN_FORMAT_XMILE_H

#include "format/format.h"

#include <libxml/tree.h>

/** The other files that a model lies in, and what is read of them; see xmile_file.c. */
#define DTN_MAX_MODEL_FILES 100 /* more is a slip */
typedef struct dtn_xmile_files {
    xmlDoc *docs[DTN_MAX_MODEL_FILES];
    char *texts[DTN_MAX_MODEL_FILES];
    uint32_t n;
} dtn_xmile_files;

/** One reading of one file. Everything is borrowed from the caller or in the model's arena. */
typedef struct dtn_xmile {
    dtn_model *root;
    dtn_arena *arena;
    dtn_diags *diags;
    const char *text;      /* the file as given, for positions */
    bool is_vensim_itself; /* <product>: not its converter, xmutil; see xmile_vensim.c */
    size_t n;
    uint32_t *line_starts; /* byte offsets; NULL before they are needed */
    size_t n_line, cap_line;
    const xmlNs *ns;        /* the root element's namespace; other ones are vendors' */
    dtn_map warned;         /* kinds of elements that a warning was given for */
    dtn_map submodel_index; /* key of a model's name -> place in root->submodels */
    size_t n_generated;     /* elements made by <dim size> so far */
    bool is_repaired;       /* an end tag was missing; see on_error in xmile_tree.c */
    bool stocks_non_negative, flows_non_negative; /* <behavior> of the model being read */
    bool is_by_vensim;             /* <product> says Vensim: its INT is Vensim's INTEGER */
    bool has_own_dt;               /* a file of Vensim itself with a variable named DT */
    const char *path;              /* of this file, for positions */
    const struct dtn_xmile *outer; /* that of the file that names this one; NULL: the first */
    dtn_xmile_files *files;        /* of all of them */
    dtn_model **models;            /* read from this file: their modules name its models */
    size_t n_model, cap_model;
} dtn_xmile;

/** Parse n bytes, n <= INT_MAX. The tree (free with xmlFreeDoc), or NULL: with diagnostics if
 *  the text is at fault, without if memory ran out. */
xmlDoc *dtn_xmile_parse(const char *text, size_t n, const char *path, dtn_diags *diags,
                        bool *is_repaired);
xmlNode *dtn_xmile_root(const xmlDoc *doc);

/** Place of an element's `<`, and of the first byte after its start tag. */
dtn_pos dtn_xmile_pos(dtn_xmile *x, const xmlNode *node);
dtn_pos dtn_xmile_text_pos(dtn_xmile *x, const xmlNode *node);

/** Local name without a prefix; "" for what is not an element. */
const char *dtn_xmile_tag(const xmlNode *node);
/** An element of another namespace than the file's own. */
bool dtn_xmile_is_vendor(const dtn_xmile *x, const xmlNode *node);
/** Whether it is an element of that local name in the file's own namespace. */
bool dtn_xmile_is(const dtn_xmile *x, const xmlNode *node, const char *tag);
/** The node after `node` in document order below `top`, or NULL; skip leaves out what
 *  is below `node`. */
const xmlNode *dtn_xmile_next(const xmlNode *top, const xmlNode *node);
const xmlNode *dtn_xmile_skip(const xmlNode *top, const xmlNode *node);
/** First child element of that local name in the file's own namespace, or NULL. */
xmlNode *dtn_xmile_child(const dtn_xmile *x, const xmlNode *node, const char *tag);

/** Text below an element, white space at both ends dropped; arena-owned, "" if none.
 *  `*at` (optional) gets the place of the first byte kept. */
const char *dtn_xmile_text(dtn_xmile *x, const xmlNode *node, dtn_pos *at);
/** Attribute by local name, arena-owned, NULL if absent. */
const char *dtn_xmile_attr(dtn_xmile *x, const xmlNode *node, const char *name);
/** The same; if it is absent or blank, diagnostic 105 and NULL. */
const char *dtn_xmile_need_attr(dtn_xmile *x, const xmlNode *node, const char *name);
/** A name as people read it: escapes \n and white space become one blank each. */
const char *dtn_xmile_name(dtn_xmile *x, const char *name);
/** A number attribute; false if it is absent or (diagnostic 103) malformed. */
bool dtn_xmile_number_attr(dtn_xmile *x, const xmlNode *node, const char *name, double *out);
/** Text that grows, in the model's arena; a NUL follows it always. */
typedef struct dtn_xmile_buffer {
    char *text;
    size_t n, cap;
} dtn_xmile_buffer;
void dtn_xmile_append(dtn_xmile *x, dtn_xmile_buffer *out, const char *text);

/** Content of a flag element: <non_negative/> and "true" say yes, "false" no. */
bool dtn_xmile_flag(dtn_xmile *x, const xmlNode *node);

/** Warning 106, once for each kind of element. */
void dtn_xmile_ignore(dtn_xmile *x, const xmlNode *node);

/** Error 105: the element cannot stand inside its parent. */
void dtn_xmile_misplaced(dtn_xmile *x, const xmlNode *node);

/** What stands around the models of a file: <header>, <sim_specs> into `model`, <model_units>,
 *  <dimensions>. */
void dtn_xmile_read_header(dtn_xmile *x, const xmlNode *node);
void dtn_xmile_read_sim_specs(dtn_xmile *x, dtn_model *model, const xmlNode *node);
void dtn_xmile_read_units(dtn_xmile *x, const xmlNode *node);
void dtn_xmile_read_dims(dtn_xmile *x, const xmlNode *node);

/** Read one child of <variables> (or of an old file's <model>) into `model`. False if the
 *  element is none that makes a variable. */
bool dtn_xmile_read_var(dtn_xmile *x, dtn_model *model, const xmlNode *node);
/** The expression in an element; NULL: none, or (with a diagnostic) none that can be read. */
dtn_expr *dtn_xmile_read_eqn(dtn_xmile *x, dtn_model *model, const xmlNode *node);

/** A graphical function; NULL with a diagnostic: it cannot be read (xmile_gf.c). */
dtn_lookup *dtn_xmile_read_gf(dtn_xmile *x, const xmlNode *gf);

/** An expression as a file's program writes it, Vensim's in its own notation too (xmile_vensim.c). NULL with a diagnostic:
 *  it cannot be read. */
dtn_expr *dtn_xmile_read_expr(dtn_xmile *x, dtn_model *model, const char *text, dtn_pos at);

/** Vensim's TIME_STEP, which it defines as DT, beside a variable of the model's own that is named DT. */
void dtn_xmile_own_time_step(const dtn_xmile *x, const dtn_var *var, dtn_expr *expr);

/** An equation that Vensim marks as data or a text, or with exceptions: read in its notation. subs: the left side. */
void dtn_xmile_read_vensim_eqn(dtn_xmile *x, dtn_model *model, const dtn_var *var,
                               const dtn_sub *subs, uint32_t n_sub, const char *head,
                               const xmlNode *eqn, dtn_pos at);
/** A dimension with what Vensim says of it beside its elements: members, equivalence, mappings. false: it says nothing. */
bool dtn_xmile_read_vensim_dim(dtn_xmile *x, const xmlNode *node, const char *name);

/** Vensim's `x = ...` inside the variable x: the right side. Otherwise NULL. */
dtn_expr *dtn_xmile_own_equation(const dtn_xmile *x, const dtn_var *var, const dtn_expr *expr);
/** A child of a stock or flow that has to do with conveyors, queues and ovens; false: it has not. */
bool dtn_xmile_read_belt(dtn_xmile *x, dtn_model *model, dtn_var *var, const xmlNode *node);
/** The attributes of a flow that have: its leak zone, how it spreads. */
void dtn_xmile_read_flow_attrs(dtn_xmile *x, dtn_var *var, const xmlNode *node);
/** Whether the element's name is that of a stock, flow, aux or graphical function. */
bool dtn_xmile_is_var_tag(const char *tag);
/** Once all variables of `model` are known: the rates of its stocks. */
void dtn_xmile_finish_stocks(dtn_xmile *x, dtn_model *model);

/** Open a model's file that this one names: its reading and root element. false: with a diagnostic
 *  at `at`. What is read is x->files'. */
bool dtn_xmile_open(dtn_xmile *x, const char *resource, dtn_pos at, dtn_xmile *inner,
                    const xmlNode **top);
void dtn_xmile_close_files(dtn_xmile_files *files);

/** Keep the diagram: the text inside <views>, as it is, into model->sketch. */
void dtn_xmile_keep_views(dtn_xmile *x, dtn_model *model, const xmlNode *node);

#endif
