/** Documents set against a case: each one's signed causal map on the case's concepts, what it holds
 *  of the case's hypotheses, and where documents and model contradict each other.
 *
 *  A claim weighs its probability, less where it is hedged or somebody else's. An answer of a
 *  hypothesis is supported by claims on its links (case.yaml), and by sentences with the words of
 *  cues.tsv; what denies a link, or gives it the other sign, counts against it. Where too little
 *  is said the hypothesis stays open, with its priors.
 */
#ifndef DTN_VIEWS_VIEWS_H
#define DTN_VIEWS_VIEWS_H

#include "case/case.h"
#include "check/check.h"
#include "read/read.h"

#define DTN_CUE_WEIGHT 0.6   /* of a sentence with the words of an answer, before hedges */
#define DTN_OTHERS_SHARE 0.5 /* of a claim's weight, when its author reports it of somebody else */
#define DTN_CONCEDED_SHARE \
    0.25 /* of a claim's weight, when it is conceded and the contrary said right behind it */
#define DTN_LEAST_SUPPORT 0.3 /* of all answers together; with less a hypothesis stays open */

/** A claim between two concepts. */
typedef struct dtn_cited {
    uint32_t doc;
    dtn_span sentence; /* bytes */
    const char *cause, *effect;
    int sign; /* 0: not told */
    bool negated, hedged;
    const char *speaker; /* NULL: the author */
    double weight;
    bool is_told;      /* a thing says it, "the figures say that": not the author's own word */
    bool is_opponents; /* of "critics", until the document has been added */
    bool is_answered;  /* the next sentence says that the speaker is wrong, until then too */
    bool is_meant;     /* what was meant to be: it counts where the text says what became of it */
    int outcome; /* of that, by the next sentence: +1 it came about, -1 it did not; 0 not told */
    bool is_conceded; /* for a while, or granted */
} dtn_cited;

/** What speaks for or against an answer. */
typedef struct dtn_support {
    dtn_span sentence;
    const char *why; /* "strikes -> resentment +", or the words of a cue */
    bool denies;
    bool is_denial; /* the text says that it is not so; else it says something contrary */
    const char *speaker;
    double weight;
} dtn_support;

typedef struct dtn_answer_support {
    double yes, no, denial; /* denial: the part of `no` in so many words */
    dtn_support *items;     /* heaviest first */
    size_t n, cap;
} dtn_answer_support;

/** A document's stance on one hypothesis. */
typedef struct dtn_read_stance {
    bool is_open;
    bool is_denied; /* it rules answers out and argues for none: the others keep their priors */
    dtn_answer_support *answers; /* [n_answer] */
    double *weights;             /* [n_answer] together 1, in whole hundredths; priors if open */
    bool *denied;                /* [n_answer] */
} dtn_read_stance;

/** A sentence that argues for a course of action. */
typedef struct dtn_view_urging {
    dtn_span sentence;   /* bytes */
    const char *speaker; /* NULL: the author */
} dtn_view_urging;

/** A course of action that a document argues for. */
typedef struct dtn_view_course {
    const char *label; /* "actor=course" */
    dtn_view_urging *
        urgings; /* [n_urging] the sentences that argue for it, in the document's order; at least one */
    size_t n_urging, cap_urging;
} dtn_view_course;

typedef struct dtn_read_view {
    const char *id, *name; /* of the hand-written view, if the case has one; else of the file */
    const dtn_view *by_hand;
    bool is_renamed;         /* the id is not the file's name without its ending */
    const char *file, *text; /* the document's name and bytes */
    size_t n_text;
    char hash[33];              /* XXH3-128 of the text */
    bool is_other_text;         /* the case lists another text of this id than this one */
    const dtn_span *sentences;  /* [n_sentence] bytes, borrowed of the draft */
    size_t n_sentence, n_claim; /* claims in all, linked or not */
    dtn_read_stance *stances;   /* [n_hypothesis] */
    dtn_view_course *courses;   /* [n_course] at most one an actor, in the case's order */
    size_t n_course;
} dtn_read_view;

/** How many died in an event, according to somebody. */
typedef struct dtn_view_toll {
    uint32_t doc, group; /* tolls of one event share the group */
    dtn_span sentence;
    const dtn_event *event;            /* borrowed from the draft */
    const struct dtn_mention *mention; /* what it is grouped by */
    const char *speaker;               /* NULL: the author */
} dtn_view_toll;

/** A sentence with the words of an answer. */
typedef struct dtn_cue_said {
    size_t hypothesis, answer;
    dtn_support support; /* its weight before its speaker counts */
    bool is_opponents, is_answered, is_conditional;
} dtn_cue_said;

/** A sentence that recommends a course of action, or advises against it. */
typedef struct dtn_urged {
    size_t
        course; /* of the draft's; n_course: it asks for a lever, which courses of `actors` may have */
    const char *lever; /* concept; NULL: the words of the course say it */
    int direction;     /* of the lever */
    uint64_t actors;   /* bit i: said to actor i of the case, or to nobody in particular */
    bool is_to_all;    /* to nobody in particular */
    dtn_span sentence;
    double weight;       /* before its speaker counts; below 0: against it */
    const char *speaker; /* NULL: the author */
    bool is_opponents, is_answered, is_conditional;
} dtn_urged;

/** What is kept of a document of which part after part is read. It has memory of its own, so several can be
 *  read at once, and the parts' trees need not stay. */
typedef struct dtn_view_draft {
    const dtn_case *c;
    const struct dtn_vocabulary *cues; /* NULL: none */
    const char *date;                  /* of the document; NULL: not known. Of the draft's memory */
    dtn_arena *arena;
    dtn_span *sentences; /* bytes */
    size_t n_sentence, cap_sentence, n_claim;
    dtn_cited *cited; /* doc is set when it is added */
    size_t n_cited, cap_cited;
    dtn_cue_said *said;
    size_t n_said, cap_said;
    dtn_urged *urged;
    size_t n_urged, cap_urged;
    size_t cited_before, said_before, urged_before; /* where those of the last two parts begin */
    dtn_view_toll *tolls; /* doc, and the document's id in its mention's key, likewise */
    size_t n_toll, cap_toll;
    const char **courses; /* [n_course] "actor=course" */
    size_t n_course;
} dtn_view_draft;

typedef struct dtn_views {
    const dtn_case *c;
    dtn_arena *arena;
    dtn_read_view *views;
    size_t n_view, cap_view;
    dtn_cited *cited; /* by document, then place */
    size_t n_cited, cap_cited;
    dtn_view_toll *tolls; /* by document, then place */
    size_t n_toll, cap_toll, n_toll_group;
    struct dtn_vocabulary *cues; /* borrowed; NULL: none */
    bool is_without_hand;        /* the case's views are none that a person wrote */
} dtn_views;

/** Empty views of a case. The arena needs a guard of the caller's. */
void dtn_views_init(dtn_views *views, const dtn_case *c, dtn_vocabulary *cues, dtn_arena *arena);
/** An empty draft of a document. The arena needs a guard of the caller's, also at the next two. */
void dtn_view_draft_init(dtn_view_draft *draft, const dtn_case *c, const dtn_vocabulary *cues,
                         dtn_arena *arena);
/** Take the next part of the document, or all of it. */
void dtn_view_draft_add(dtn_view_draft *draft, const dtn_reader *reader,
                        const dtn_document *document, const dtn_reading *reading);
/** The deaths of the part's events: done by dtn_view_draft_add. */
void dtn_view_draft_tolls(dtn_view_draft *draft, const dtn_reader *reader,
                          const dtn_reading *reading);
/** What its recommendations say for and against the case's courses: done by dtn_view_draft_add. */
void dtn_view_draft_courses(dtn_view_draft *draft, const dtn_reader *reader,
                            const dtn_reading *reading);
/** How much of what a speaker says counts as the author's; NULL: all of it. */
double dtn_view_share(const char *speaker, bool is_opponents);
/** Set the courses that a whole document argues for: done by dtn_views_add. */
void dtn_view_choose_courses(const dtn_views *views, const dtn_view_draft *draft,
                             dtn_read_view *view);
/** Its courses as a profile's label, "actor=course;actor=course"; NULL: none. Arena memory. */
const char *dtn_view_course_label(const dtn_read_view *view, dtn_arena *arena);
/** Take a document whose parts have all been read. Its text and the draft's memory must live as long as the
 *  views. */
void dtn_views_add(dtn_views *views, const dtn_document *document, const dtn_view_draft *draft);

/** Which of them are of one event; after the last document. */
void dtn_views_group_tolls(dtn_views *views);
/** Do two claimants, or two documents, give different figures for the group? */
bool dtn_views_toll_is_contested(const dtn_views *views, uint32_t group);

/** The words of the sentence at `span`, blanks and mark-up between them as single blanks, no control
 *  characters; NUL-terminated, arena memory. */
const char *dtn_views_quote(const dtn_views *views, uint32_t doc, dtn_span span);

/** Sign of the net of a document's claims on a link, of which denials take away; 0: none, or even. Where it only denies,
 *  *is_denied, and the sign is the other one than that denied: not to be +, it may be - or nothing. `doc` DTN_NO_WORD: all. */
int dtn_views_sign(const dtn_views *views, uint32_t doc, const char *cause, const char *effect,
                   bool *is_denied);

/** What the model says between two concepts. */
typedef enum dtn_model_says {
    DTN_SAYS_NOTHING,  /* no way from one to the other */
    DTN_SAYS_INDIRECT, /* only through other concepts */
    DTN_SAYS_PLUS,
    DTN_SAYS_MINUS,
    DTN_SAYS_BOTH,   /* ways of both signs */
    DTN_SAYS_OPEN,   /* a way whose sign the structure does not tell */
    DTN_SAYS_UNKNOWN /* a concept without a variable of the model */
} dtn_model_says;
/** The values of a case's variables in one run of it, no course of action on: [n_var], arena-owned. */
dtn_status dtn_views_seen(const dtn_case *c, uint64_t seed, dtn_arena *arena, dtn_diags *diags,
                          dtn_seen **out);
/** Ways of at most four steps that lead through no third concept have signs; those of at most eight
 *  through others are indirect. [n_concept][n_concept], arena memory. */
dtn_model_says *dtn_views_model(const dtn_case *c, dtn_graph *graph, dtn_arena *arena);

#endif
