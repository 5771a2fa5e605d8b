/* Events: who to whom, deaths, dates, what was said, denied or feared; on hand-made trees. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/dates.h"
#include "events/inner.h"

typedef struct state {
    dtn_event_words *words;
    dtn_rules *rules;
} state;

static int setup(void **out)
{
    state *s = calloc(1, sizeof *s);
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_int_equal(
        dtn_event_words_read("reader", "tests/unit/data/actors.tsv", &s->words, &diags), DTN_OK);
    char folder[] = "/tmp/dtn-events-XXXXXX", path[64]; /* no rules: trees are prepared by them */
    assert_non_null(mkdtemp(folder));
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, i ? "rules" : "lexicons");
        assert_int_equal(mkdir(path, 0700), 0);
    }
    assert_int_equal(dtn_rules_read(folder, &s->rules, &diags), DTN_OK);
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, i ? "rules" : "lexicons");
        assert_int_equal(rmdir(path), 0);
    }
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(diags.n_error, 0);
    dtn_diags_free(&diags);
    *out = s;
    return 0;
}

static int teardown(void **out)
{
    state *s = *out;
    dtn_event_words_delete(s->words);
    dtn_rules_delete(s->rules);
    free(s);
    return 0;
}

/* ---- Trees as text: "form lemma TAG xtag head relation", one word a line, head from 1 -------------- */

#define MAX_WORDS 64

typedef struct tree {
    dtn_word words[MAX_WORDS];
    char text[MAX_WORDS][5][32];
    uint32_t n;
} tree;

static void parse(const state *s, const char *lines, tree *t)
{
    memset(t, 0, sizeof *t);
    for (const char *p = lines; *p; p += *p == '\n') {
        char(*x)[32] = t->text[t->n];
        uint32_t head = 0;
        int used = 0;
        assert_int_equal(
            sscanf(p, "%31s %31s %31s %31s %u %31s%n", x[0], x[1], x[2], x[3], &head, x[4], &used),
            6);
        t->words[t->n] = (dtn_word){.begin = t->n * 8,
                                    .end = t->n * 8 + 7,
                                    .form = x[0],
                                    .lemma = x[1],
                                    .tag = dtn_tag_find(x[2]),
                                    .xtag = x[3],
                                    .head = head ? head - 1 : DTN_NO_WORD,
                                    .relation = x[4]};
        t->n++;
        p += used;
        while (*p && *p != '\n')
            p++;
    }
    dtn_rules_prepare(s->rules, t->words, t->n);
}

#define MAX_SENTENCES 4

/* The events of up to four sentences, on 2025-10-31. */
static size_t find(const state *s, size_t n_sentence, const char *const *lines, dtn_arena *arena,
                   dtn_event **out)
{
    static tree trees[MAX_SENTENCES];
    const dtn_word *sentences[MAX_SENTENCES];
    uint32_t n[MAX_SENTENCES];
    int64_t day = 0;
    size_t n_event = 0;
    assert_true(dtn_days_of("2025-10-31", &day));
    for (size_t i = 0; i < n_sentence; i++) {
        parse(s, lines[i], &trees[i]);
        sentences[i] = trees[i].words;
        n[i] = trees[i].n;
    }
    dtn_events_find(s->words, sentences, n, n_sentence, day, arena, out, &n_event);
    return n_event;
}

static const char strike[] = "Northland Northland PROPN NNP 3 compound\n"
                             "'s 's PART POS 1 case\n"
                             "aircraft aircraft NOUN NN 4 nsubj\n"
                             "bombed bomb VERB VBD 0 root\n"
                             "Southland Southland PROPN NNP 4 obj\n"
                             "on on ADP IN 7 case\n"
                             "11 11 NUM CD 4 obl\n"
                             "October October PROPN NNP 7 flat\n"
                             ", , PUNCT , 4 punct\n"
                             "killing kill VERB VBG 4 advcl\n"
                             "at at ADP IN 12 case\n"
                             "least least ADV RBS 13 advmod\n"
                             "35 35 NUM CD 14 nummod\n"
                             "civilians civilian NOUN NNS 10 obj\n";

static void active(void **out)
{
    const state *s = *out;
    dtn_arena arena;
    dtn_event *e = NULL;
    dtn_arena_init(&arena);
    const char *lines[] = {strike};
    assert_int_equal(find(s, 1, lines, &arena, &e), 1); /* "bombed, killing": one */
    assert_string_equal(e[0].type, "ASSAULT");
    assert_string_equal(e[0].mode, "heavy-weapons");
    assert_string_equal(e[0].source, "NLDMIL");
    assert_string_equal(e[0].target, "SLD");
    assert_string_equal(e[0].date, "2025-10-11");
    assert_true(e[0].has_toll);
    assert_true(e[0].toll.min == 35 && isnan(e[0].toll.max)); /* at least */
    assert_string_equal(e[0].toll.of, "CIV");
    assert_int_equal(e[0].modality, DTN_ASSERTED);
    dtn_arena_free(&arena);
}

static void passive_said(void **out)
{
    const state *s = *out;
    dtn_arena arena;
    dtn_event *e = NULL;
    dtn_arena_init(&arena);
    const char *lines[] = {"The the DET DT 2 det\n"
                           "army army NOUN NN 3 nsubj\n"
                           "said say VERB VBD 0 root\n"
                           "23 23 NUM CD 5 nummod\n"
                           "soldiers soldier NOUN NNS 7 nsubj:pass\n"
                           "were be AUX VBD 7 aux:pass\n"
                           "killed kill VERB VBN 3 ccomp\n"
                           "by by ADP IN 9 case\n"
                           "rebels rebel NOUN NNS 7 obl:agent\n"
                           "yesterday yesterday NOUN NN 7 obl:tmod\n"};
    assert_int_equal(find(s, 1, lines, &arena, &e), 1);
    assert_string_equal(e[0].source, "REB");
    assert_string_equal(e[0].target, "MIL");
    assert_string_equal(e[0].date, "2025-10-30");
    assert_int_equal(e[0].modality, DTN_REPORTED);
    assert_string_equal(e[0].speaker, "MIL");
    assert_true(e[0].toll.min == 23 && e[0].toll.max == 23);
    dtn_arena_free(&arena);
}

static void march_the_month(void **out)
{
    const state *s = *out;
    dtn_arena arena;
    dtn_event *e = NULL;
    dtn_arena_init(&arena);
    const char *dates[] = {"On on ADP IN 3 case\n"
                           "12 12 NUM CD 3 nummod\n"
                           "March March PROPN NNP 5 obl\n"
                           "they they PRON PRP 5 nsubj\n"
                           "met meet VERB VBD 0 root\n",
                           "March march NOUN NN 3 nsubj\n"
                           "2025 2025 NUM CD 1 nummod\n"
                           "ended end VERB VBD 0 root\n"};
    const size_t n = find(s, 2, dates, &arena, &e);
    for (size_t i = 0; i < n; i++)
        assert_string_not_equal(e[i].type, "PROTEST");
    const char *march[] = {"A a DET DT 2 det\n"
                           "march march NOUN NN 6 nsubj\n"
                           "on on ADP IN 4 case\n"
                           "11 11 NUM CD 2 nmod\n"
                           "October October PROPN NNP 4 flat\n"
                           "ended end VERB VBD 0 root\n"};
    assert_int_equal(find(s, 1, march, &arena, &e), 1);
    assert_string_equal(e[0].type, "PROTEST");
    assert_string_equal(e[0].date, "2025-10-11");
    dtn_arena_free(&arena);
}

static void threat_and_denial(void **out)
{
    const state *s = *out;
    dtn_arena arena;
    dtn_event *e = NULL;
    dtn_arena_init(&arena);
    const char *lines[] = {"Southland Southland PROPN NNP 2 nsubj\n"
                           "threatened threaten VERB VBD 0 root\n"
                           "to to PART TO 4 mark\n"
                           "attack attack VERB VB 2 xcomp\n"
                           "Northland Northland PROPN NNP 4 obj\n",
                           "It it PRON PRP 2 nsubj\n"
                           "denied deny VERB VBD 0 root\n"
                           "that that SCONJ IN 6 mark\n"
                           "its its PRON PRP$ 5 nmod:poss\n"
                           "forces force NOUN NNS 6 nsubj\n"
                           "attacked attack VERB VBD 2 ccomp\n"
                           "villagers villager NOUN NNS 6 obj\n"};
    const size_t n = find(s, 2, lines, &arena, &e);
    assert_int_equal(n, 3);
    assert_string_equal(e[0].type, "THREATEN");
    assert_string_equal(e[0].source, "SLD");
    assert_string_equal(e[0].target, "NLD");
    assert_int_equal(e[0].modality, DTN_ASSERTED);
    assert_true(e[0].is_outer);
    assert_string_equal(e[1].type, "ASSAULT");
    assert_int_equal(e[1].modality, DTN_HYPOTHETICAL);
    assert_false(e[1].is_outer);
    assert_string_equal(e[2].type, "ASSAULT"); /* saying that it was not so is no event */
    assert_int_equal(e[2].modality, DTN_DENIED);
    dtn_arena_free(&arena);
}

/* "Strikes on the capital, carried out by the army", "claimed responsibility for the bombing". */
static void doers_elsewhere(void **out)
{
    const state *s = *out;
    dtn_arena arena;
    dtn_event *e = NULL;
    dtn_arena_init(&arena);
    const char *carried[] = {"The the DET DT 2 det\n"
                             "strikes strike NOUN NNS 0 root\n"
                             "on on ADP IN 4 case\n"
                             "Southland Southland PROPN NNP 2 nmod\n"
                             "carried carry VERB VBN 2 acl\n"
                             "out out ADP RP 5 compound:prt\n"
                             "by by ADP IN 9 case\n"
                             "the the DET DT 9 det\n"
                             "army army NOUN NN 5 obl:agent\n"};
    assert_true(find(s, 1, carried, &arena, &e) >= 1);
    assert_string_equal(e[0].source, "MIL");
    assert_string_equal(e[0].target, "SLD");
    const char *claimed[] = {"Rebels rebel NOUN NNS 2 nsubj\n"
                             "claimed claim VERB VBD 0 root\n"
                             "responsibility responsibility NOUN NN 2 obj\n"
                             "for for ADP IN 6 case\n"
                             "the the DET DT 6 det\n"
                             "bombing bombing NOUN NN 3 nmod\n"};
    assert_int_equal(find(s, 1, claimed, &arena, &e), 1);
    assert_string_equal(e[0].source, "REB");
    assert_string_equal(e[0].speaker, "REB");
    assert_int_equal(e[0].modality, DTN_REPORTED);
    dtn_arena_free(&arena);
}

/* The count stands before the noun, though the tree hangs its words on the verb; "three killed and 29
 * wounded" are three; those whom a denied sentence names did not die in the clash that it names. */
static void counts_by_word_order(void **out)
{
    const state *s = *out;
    dtn_arena arena;
    dtn_event *e = NULL;
    dtn_arena_init(&arena);
    const char *between[] = {"Between between ADP IN 2 case\n"
                             "15 15 NUM CD 6 obl\n"
                             "and and CCONJ CC 4 cc\n"
                             "20 20 NUM CD 5 nummod\n"
                             "rebels rebel NOUN NNS 7 nsubj:pass\n"
                             "were be AUX VBD 7 aux:pass\n"
                             "killed kill VERB VBN 0 root\n"};
    assert_int_equal(find(s, 1, between, &arena, &e), 1);
    assert_true(e[0].toll.min == 15 && e[0].toll.max == 20);
    const char *wounded[] = {"Twenty twenty NUM CD 3 compound\n"
                             "- - PUNCT HYPH 1 punct\n"
                             "three three NUM CD 4 nummod\n"
                             "soldiers soldier NOUN NNS 6 nsubj:pass\n"
                             "were be AUX VBD 6 aux:pass\n"
                             "killed kill VERB VBN 0 root\n"
                             "and and CCONJ CC 9 cc\n"
                             "29 29 NUM CD 9 obl\n"
                             "wounded wound VERB VBN 6 conj\n"};
    assert_int_equal(find(s, 1, wounded, &arena, &e), 2);
    assert_true(e[0].toll.min == 23 && e[0].toll.max == 23);
    assert_string_equal(e[1].source, "");
    const char *denied[] = {"No no DET DT 2 det\n"
                            "soldier soldier NOUN NN 4 nsubj:pass\n"
                            "was be AUX VBD 4 aux:pass\n"
                            "killed kill VERB VBN 0 root\n"
                            "in in ADP IN 7 case\n"
                            "the the DET DT 7 det\n"
                            "clash clash NOUN NN 4 obl\n"};
    assert_int_equal(find(s, 1, denied, &arena, &e), 2);
    assert_int_equal(e[0].modality, DTN_DENIED);
    assert_int_equal(e[1].modality, DTN_ASSERTED);
    dtn_arena_free(&arena);
}

/* What the words above make of the last event of a sentence, one upon the other. */
static void modality_of_what_is_above(void **out)
{
    static const struct {
        const char *lines;
        size_t n;
        dtn_modality modality;
    } cases[] = {
        {/* The army failed to prevent an attack on the market. */
         "The the DET DT 2 det\n"
         "army army NOUN NN 3 nsubj\n"
         "failed fail VERB VBD 0 root\n"
         "to to PART TO 5 mark\n"
         "prevent prevent VERB VB 3 xcomp\n"
         "an a DET DT 7 det\n"
         "attack attack NOUN NN 5 obj\n"
         "on on ADP IN 10 case\n"
         "the the DET DT 10 det\n"
         "market market NOUN NN 5 obl\n"
         ". . PUNCT . 3 punct\n",
         1, DTN_ASSERTED},
        {/* The ministry did not deny that its troops had shelled the market. */
         "The the DET DT 2 det\n"
         "ministry ministry NOUN NN 5 nsubj\n"
         "did do AUX VBD 5 aux\n"
         "not not PART RB 5 advmod\n"
         "deny deny VERB VB 0 root\n"
         "that that SCONJ IN 10 mark\n"
         "its its PRON PRP$ 8 nmod:poss\n"
         "troops troops NOUN NNS 10 nsubj\n"
         "had have AUX VBD 10 aux\n"
         "shelled shell VERB VBN 5 ccomp\n"
         "the the DET DT 12 det\n"
         "market market NOUN NN 10 obj\n"
         ". . PUNCT . 5 punct\n",
         1, DTN_REPORTED},
        {/* Residents fled amid fears of an offensive. */
         "Residents resident NOUN NNS 2 nsubj\n"
         "fled flee VERB VBD 0 root\n"
         "amid amid ADP IN 4 case\n"
         "fears fear NOUN NNS 2 obl\n"
         "of of ADP IN 7 case\n"
         "an a DET DT 7 det\n"
         "offensive offensive NOUN NN 4 nmod\n"
         ". . PUNCT . 2 punct\n",
         1, DTN_HYPOTHETICAL},
        {/* The planned visit took place. */
         "The the DET DT 3 det\n"
         "planned plan VERB VBN 3 amod\n"
         "visit visit NOUN NN 4 nsubj\n"
         "took take VERB VBD 0 root\n"
         "place place NOUN NN 4 obj\n"
         ". . PUNCT . 4 punct\n",
         1, DTN_ASSERTED},
        {/* Police reported that no attack was recorded. */
         "Police police NOUN NNS 2 nsubj\n"
         "reported report VERB VBD 0 root\n"
         "that that SCONJ IN 7 mark\n"
         "no no DET DT 5 det\n"
         "attack attack NOUN NN 7 nsubj:pass\n"
         "was be AUX VBD 7 aux:pass\n"
         "recorded record VERB VBN 2 ccomp\n"
         ". . PUNCT . 2 punct\n",
         1, DTN_DENIED},
        {/* The army cancelled a planned visit. */
         "The the DET DT 2 det\n"
         "army army NOUN NN 3 nsubj\n"
         "cancelled cancel VERB VBD 0 root\n"
         "a a DET DT 6 det\n"
         "planned plan VERB VBN 6 amod\n"
         "visit visit NOUN NN 3 obj\n"
         ". . PUNCT . 3 punct\n",
         2, DTN_DENIED},
    };
    const state *s = *out;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dtn_arena arena;
        dtn_event *e = NULL;
        dtn_arena_init(&arena);
        assert_int_equal(find(s, 1, &cases[i].lines, &arena, &e), cases[i].n);
        assert_int_equal(e[cases[i].n - 1].modality, cases[i].modality);
        dtn_arena_free(&arena);
    }
}

/* Dead beside wounded, and counts that stand beside the verb. */
static void tolls_told_apart(void **out)
{
    static const struct {
        const char *lines;
        double least, most; /* NAN: open */
    } cases[] = {
        {/* The raid left 12 dead and 30 wounded. */
         "The the DET DT 2 det\n"
         "raid raid NOUN NN 3 nsubj\n"
         "left leave VERB VBD 0 root\n"
         "12 12 NUM CD 5 nummod\n"
         "dead dead ADJ JJ 3 xcomp\n"
         "and and CCONJ CC 7 cc\n"
         "30 30 NUM CD 5 conj\n"
         "wounded wounded ADJ JJ 3 xcomp\n"
         ". . PUNCT . 3 punct\n",
         12, 12},
        {/* The toll of the bombing, first put at nine, was revised to 14. */
         "The the DET DT 2 det\n"
         "toll toll NOUN NN 13 nsubj:pass\n"
         "of of ADP IN 5 case\n"
         "the the DET DT 5 det\n"
         "bombing bombing NOUN NN 2 nmod\n"
         ", , PUNCT , 8 punct\n"
         "first first ADV RB 8 advmod\n"
         "put put VERB VBN 2 acl\n"
         "at at ADP IN 10 case\n"
         "nine nine NUM CD 8 obl\n"
         ", , PUNCT , 2 punct\n"
         "was be AUX VBD 13 aux:pass\n"
         "revised revise VERB VBN 0 root\n"
         "to to ADP IN 15 case\n"
         "14 14 NUM CD 13 obl\n"
         ". . PUNCT . 13 punct\n",
         14, 14},
        {/* Officials put the number of those killed in the strike at 20. */
         "Officials official NOUN NNS 2 nsubj\n"
         "put put VERB VBD 0 root\n"
         "the the DET DT 4 det\n"
         "number number NOUN NN 2 obj\n"
         "of of ADP IN 6 case\n"
         "those that PRON DT 4 nmod\n"
         "killed kill VERB VBN 6 acl\n"
         "in in ADP IN 10 case\n"
         "the the DET DT 10 det\n"
         "strike strike NOUN NN 7 obl\n"
         "at at ADP IN 12 case\n"
         "20 20 NUM CD 7 obl\n"
         ". . PUNCT . 2 punct\n",
         20, 20},
        {/* Gunmen killed at least 14 soldiers: no object, by the parser. */
         "Gunmen gunman NOUN NNS 2 nsubj\n"
         "killed kill VERB VBD 0 root\n"
         "at at ADP IN 4 case\n"
         "least least ADJ JJS 5 nmod\n"
         "14 14 NUM CD 6 nummod\n"
         "soldiers soldier NOUN NNS 2 obl\n"
         ". . PUNCT . 2 punct\n",
         14, NAN},
    };
    const state *s = *out;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dtn_arena arena;
        dtn_event *e = NULL;
        dtn_arena_init(&arena);
        assert_int_equal(find(s, 1, &cases[i].lines, &arena, &e), 1);
        assert_true(e[0].toll.min == cases[i].least);
        assert_true(isnan(cases[i].most) ? isnan(e[0].toll.max) : e[0].toll.max == cases[i].most);
        dtn_arena_free(&arena);
    }
}

/* Dates as they are said, of a bombing reported on 2025-10-31 (a Friday). */
static void dates_as_said(void **out)
{
    static const struct {
        const char *words, *date;
    } cases[] = {
        {"last Friday", "2025-10-24"},
        {"last night", "2025-10-30/2025-10-31"},
        {"the day before yesterday", "2025-10-29"},
        {"over the weekend", "2025-10-25/2025-10-26"},
        {"last winter", "2024-12-01/2025-02-28"},
        {"in recent days", "2025-10-27/2025-10-31"},
        {"in the past three weeks", "2025-10-10/2025-10-31"},
        {"in mid-October", "2025-10-11/2025-10-20"},
        {"on May 5 and 6", "2025-05-05/2025-05-06"},
        {"between January and March 2024", "2024-01-01/2024-03-31"},
        {"from November to February 2024", "2023-11-01/2024-02-29"},
        {"in 2023 and 2024", "2023-01-01/2024-12-31"},
        {"in late 2019", "2019-09-01/2019-12-31"},
        {"in the second half of 2024", "2024-07-01/2024-12-31"},
        {"in the first week of May", "2025-05-01/2025-05-07"},
        {"at the end of March", "2025-03-22/2025-03-31"},
        {"on 2025 - 10 - 12", "2025-10-12"},
        {"in 2025 - 13 - 40", "2025-01-01/2025-12-31"},
    };
    const state *s = *out;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char lines[1024] = "Troops troop NOUN NNS 2 nsubj\nbombed bomb VERB VBD 0 root\n";
        char words[64];
        dtn_arena arena;
        dtn_event *e = NULL;
        snprintf(words, sizeof words, "%s", cases[i].words);
        for (char *w = strtok(words, " "); w; w = strtok(NULL, " ")) {
            const size_t n = strlen(w), at = strlen(lines);
            const bool is_many = n > 3 && w[n - 1] == 's' && w[0] >= 'a';
            snprintf(lines + at, sizeof lines - at, "%s %.*s NOUN %s 2 obl\n", w,
                     (int)(n - is_many), w, is_many ? "NNS" : "NN");
        }
        dtn_arena_init(&arena);
        const char *sentence[] = {lines};
        assert_int_equal(find(s, 1, sentence, &arena, &e), 1);
        assert_string_equal(e[0].date, cases[i].date);
        dtn_arena_free(&arena);
    }
}

static void names_by_date(void **out)
{
    const state *s = *out;
    dtn_arena arena;
    dtn_event *e = NULL;
    dtn_arena_init(&arena);
    const char *lines[] = {"The the DET DT 3 det\n"
                           "Green green PROPN NNP 3 compound\n"
                           "Front front PROPN NNP 4 nsubj\n"
                           "welcomed welcome VERB VBD 0 root\n"
                           "us us PRON PRP 4 obj\n"};
    assert_int_equal(find(s, 1, lines, &arena, &e), 1);
    assert_string_equal(e[0].source, "NLDGOV"); /* governs since 2024 */
    assert_string_equal(e[0].target, "");       /* "us" is not the United States */
    dtn_arena_free(&arena);
}

static void trace(void *ctx, size_t event, char model, size_t candidate, const char *code,
                  const char *name, double value)
{
    (void)event, (void)candidate, (void)code, (void)value;
    assert_non_null(strchr("ste", model));
    assert_true(name[0] == model && name[1] == ':');
    *(double *)ctx += 1;
}

/* Without weights the grammar decides and says so; with them each actor has a chance. */
static void with_and_without_weights(void **out)
{
    const state *s = *out;
    char folder[] = "/tmp/dtn-events-XXXXXX", from[512], to[64];
    dtn_event_words *bare = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_non_null(mkdtemp(folder));
    static const char *const tables[] = {"actors.tsv", "regions.tsv", "events.tsv", "modality.tsv",
                                         "classes.tsv"};
    for (int i = 0; i < 5; i++) {
        char here[256];
        assert_non_null(getcwd(here, sizeof here));
        snprintf(from, sizeof from, "%s/reader/%s", here, tables[i]);
        snprintf(to, sizeof to, "%s/%s", folder, tables[i]);
        assert_int_equal(symlink(from, to), 0);
    }
    assert_int_equal(dtn_event_words_read(folder, "tests/unit/data/actors.tsv", &bare, &diags),
                     DTN_OK);
    assert_int_equal(diags.items[0].code, 927);
    for (int i = 0; i < 5; i++) {
        snprintf(to, sizeof to, "%s/%s", folder, tables[i]);
        assert_int_equal(unlink(to), 0);
    }
    assert_int_equal(rmdir(folder), 0);

    static tree t;
    parse(s, strike, &t);
    const dtn_word *sentence = t.words;
    dtn_arena arena;
    dtn_event *e = NULL;
    size_t n = 0;
    double n_call = 0;
    dtn_arena_init(&arena);
    dtn_events_find(bare, &sentence, &t.n, 1, DTN_NO_DAY, &arena, &e, &n);
    assert_int_equal(n, 1);
    assert_string_equal(e[0].source, "NLDMIL");
    assert_true(e[0].probability == 0.6); /* a verb with both actors */
    dtn_events_find_traced(s->words, &sentence, &t.n, 0, 1, DTN_NO_DAY, NULL, &arena, trace,
                           &n_call, &e, &n);
    assert_true(n_call > 20);
    assert_string_equal(e[0].source, "NLDMIL");
    assert_true(e[0].probability > 0 && e[0].probability < 1 && e[0].probability != 0.6);
    dtn_arena_free(&arena);
    dtn_event_words_delete(bare);
    dtn_diags_free(&diags);
}

static void bad_tables(void **out)
{
    (void)out;
    char path[] = "/tmp/dtn-actors-XXXXXX";
    const int file = mkstemp(path);
    static const char text[] =
        "code\tkind\tnames\tfrom\tuntil\nX\tking\tsomebody\t\t\nY\tgroup\tY front\tyesterday\t\n";
    assert_int_equal(write(file, text, sizeof text - 1), (ssize_t)sizeof text - 1);
    close(file);
    dtn_event_words *words = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_int_equal(dtn_event_words_read("reader", path, &words, &diags), DTN_E_INPUT);
    assert_int_equal(diags.n_error, 2);
    assert_int_equal(diags.items[0].code, 951);
    assert_int_equal(diags.items[0].line, 2);
    assert_int_equal(diags.items[1].line, 3);
    dtn_diags_free(&diags);
    dtn_diags_init(&diags);
    assert_int_equal(dtn_event_words_read("/nowhere", NULL, &words, &diags), DTN_E_IO);
    assert_int_equal(diags.items[0].code, 701);
    dtn_diags_free(&diags);
    unlink(path);
}

/* A kind of words that the program does not ask for, and one without words. What it asks for and finds nowhere. */
static void bad_classes(void **out)
{
    (void)out;
    char folder[] = "/tmp/dtn-classes-XXXXXX", from[512], to[64], here[256];
    static const char *const tables[] = {"actors.tsv", "regions.tsv", "events.tsv", "modality.tsv"};
    static const char text[] =
        "class\twords\texample\nkitchen\tegg|pea\t\nfurniture\tchair\t\ncause\t\t\n";
    dtn_event_words *words = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_non_null(mkdtemp(folder));
    assert_non_null(getcwd(here, sizeof here));
    for (int i = 0; i < 4; i++) {
        snprintf(from, sizeof from, "%s/reader/%s", here, tables[i]);
        snprintf(to, sizeof to, "%s/%s", folder, tables[i]);
        assert_int_equal(symlink(from, to), 0);
    }
    snprintf(to, sizeof to, "%s/classes.tsv", folder);
    FILE *f = fopen(to, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(dtn_event_words_read(folder, NULL, &words, &diags), DTN_E_INPUT);
    assert_int_equal(diags.items[0].code, 951);
    assert_int_equal(diags.items[0].line, 3);
    assert_non_null(strstr(diags.items[0].message, "furniture"));
    assert_int_equal(diags.items[1].line, 4);
    assert_non_null(strstr(diags.items[2].message, "is missing"));
    assert_null(strstr(diags.items[2].message, "kitchen"));
    dtn_diags_free(&diags);
    unlink(to);
    for (int i = 0; i < 4; i++) {
        snprintf(to, sizeof to, "%s/%s", folder, tables[i]);
        assert_int_equal(unlink(to), 0);
    }
    assert_int_equal(rmdir(folder), 0);
}

/* ---- Questions asked of every word ---------------------------------------------------------------- */

static void words_of_lists(void **out)
{
    (void)out;
    static const char list[] =
        "day|last|'s|of|half-hour|beginning|start|middle|end|previous|recent|"
        "today|summer|winter|endless|mid";
    char one[64];
    for (const char *at = list; *at;) {
        const size_t n = strcspn(at, "|");
        memcpy(one, at, n);
        one[n] = '\0';
        assert_true(dtn_one_of(one, list));
        one[n] = 'x';
        one[n + 1] = '\0';
        assert_false(dtn_one_of(one, list));
        if (n > 1 && strncmp(at, "endless", n) != 0) {
            one[n - 1] = '\0'; /* a part of a word is no word of the list */
            assert_false(dtn_one_of(one, list));
        }
        at += n + (at[n] == '|');
    }
    static const char *const others[] = {"",     "|", "day|last", "today|summer", "winter|endless",
                                         "less", "ay"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(dtn_one_of(others[i], list));
    assert_false(dtn_one_of("day", ""));
}

/* Every name of the files is found from its first word to its last, however it is cut by blanks and hyphens. */
static void whole_names(void **out)
{
    const state *s = *out;
    static const char *const paths[] = {"reader/regions.tsv", "reader/actors.tsv"};
    size_t n_name = 0;
    for (size_t p = 0; p < 2; p++) {
        char line[8192];
        FILE *f = fopen(paths[p], "r");
        assert_non_null(f);
        while (fgets(line, sizeof line, f)) {
            char *names = strchr(line, '\t'), *rest = NULL;
            names = names && line[0] != '#' ? strchr(names + 1, '\t') : NULL;
            if (!names || strstr(line, "names\tfrom"))
                continue;
            names[1 + strcspn(names + 1, "\t\n")] = '\0';
            for (char *name = strtok_r(names + 1, "|", &rest); name;
                 name = strtok_r(NULL, "|", &rest)) {
                dtn_word words[32] = {0};
                uint32_t n = 0, n_matched = 0;
                char *more = NULL;
                for (char *w = strtok_r(name, " ", &more); w && n < 30;
                     w = strtok_r(NULL, " ", &more))
                    words[n++] = (dtn_word){.form = w, .lemma = w};
                words[n] = (dtn_word){.form = "zzz", .lemma = "zzz"};
                if (n > DTN_MAX_NAME_WORDS ||
                    !((words[0].form[0] >= 'A' && words[0].form[0] <= 'Z')))
                    continue;
                if (!dtn_event_words_name(s->words, words, n + 1, 0, &n_matched))
                    continue; /* of another time */
                assert_true(n_matched == n);
                n_name++;
            }
        }
        assert_int_equal(fclose(f), 0);
    }
    assert_true(n_name > 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(active),
                                       cmocka_unit_test(passive_said),
                                       cmocka_unit_test(march_the_month),
                                       cmocka_unit_test(threat_and_denial),
                                       cmocka_unit_test(doers_elsewhere),
                                       cmocka_unit_test(counts_by_word_order),
                                       cmocka_unit_test(dates_as_said),
                                       cmocka_unit_test(names_by_date),
                                       cmocka_unit_test(modality_of_what_is_above),
                                       cmocka_unit_test(tolls_told_apart),
                                       cmocka_unit_test(words_of_lists),
                                       cmocka_unit_test(whole_names),
                                       cmocka_unit_test(bad_tables),
                                       cmocka_unit_test(bad_classes),
                                       cmocka_unit_test(with_and_without_weights)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
