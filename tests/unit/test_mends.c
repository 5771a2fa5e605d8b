/* Trees as the reader has them, mended where words around leave no doubt (src/read/mend_*.c): what hangs on what, whatever
 * the parser's weights. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "reader_text.h"

typedef struct row {
    const char *text, *word, *head,
        *relation; /* head NULL: none, the root; relation without its subtype */
} row;

static uint32_t word_of(const dtn_sentence *s, const char *form)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (strcmp(s->words[i].form, form) == 0)
            return i;
    return DTN_NO_WORD;
}

static void check(const row *rows, size_t n)
{
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    size_t n_bad = 0;
    for (size_t i = 0; i < n; i++) {
        const dtn_reading r = read_text(rows[i].text);
        const dtn_sentence *s = &r.parsed.sentences[0];
        const uint32_t at = word_of(s, rows[i].word);
        assert_true(at < s->n);
        const dtn_word *w = &s->words[at];
        const char *head = w->head == DTN_NO_WORD ? NULL : s->words[w->head].form;
        const bool is_head =
            rows[i].head && head ? strcmp(rows[i].head, head) == 0 : !rows[i].head && !head;
        if (is_head && dtn_word_hangs(w, rows[i].relation))
            continue;
        print_error("%s: '%s' is %s of %s\n", rows[i].text, rows[i].word, w->relation,
                    head ? head : "nothing");
        n_bad++;
    }
    dtn_arena_free(&arena);
    assert_int_equal(n_bad, 0);
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

static void subjects_and_objects(void **state)
{
    (void)state;
    static const row rows[] = {
        {"If the harbour reopens, fishermen will return.", "harbour", "reopens", "nsubj"},
        {"Envy, in turn, drives theft.", "theft", "drives", "obj"},
        {"Envy, far more than need, drives theft.", "Envy", "drives", "nsubj"},
        {"Ambush kills at least 30.", "30", "kills", "obj"},
        {"Their silence has so far given the junta a free hand.", "given", NULL, "root"},
        {"The ministry said forced evictions put widows at risk.", "evictions", "put", "nsubj"},
        {"But the purge did not shrink the gang, and raids on lorries soon resumed.", "raids",
         "resumed", "nsubj"},
        {"Low wages sapped the guards' morale, and thefts followed.", "thefts", "followed",
         "nsubj"},
        {"The quarrel between the council and the governor undermines the police.", "governor",
         "council", "conj"},
        {"The quarrel between the council and the governor undermines the police.", "quarrel",
         "undermines", "nsubj"},
        {"A shell left over from the old war killed two boys.", "killed", NULL, "root"},
        {"A shell left over from the old war killed two boys.", "shell", "killed", "nsubj"},
        {"The hunger for land drives the feud.", "hunger", "drives", "nsubj"},
        {"The monitors noted that captured lorries had widened the gang's reach.", "lorries",
         "widened", "nsubj"},
        {"The mayor cautions that better counting may explain the rise.", "counting", "explain",
         "nsubj"},
        {"Does the grant fuel waste?", "waste", "fuel", "obj"},
        {"A would-be attack on the palace was foiled by guards.", "attack", "foiled", "nsubj"},
        {"What helps is simpler: patient talks, backed by both banks, have persuaded the clan to leave.",
         "talks", "persuaded", "nsubj"},
        /* look-alikes */
        {"They met between noon and dusk.", "They", "met", "nsubj"},
        {"He saw the boats, and men followed.", "men", "followed", "nsubj"},
        {"The clerk sold the stamps and the envelopes.", "envelopes", "stamps", "conj"},
    };
    CHECK(rows);
}

static void order_of_words(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Never have the fishermen attacked the port.", "fishermen", "attacked", "nsubj"},
        {"Not once have the fishermen attacked the port.", "attacked", NULL, "root"},
        {"Not only did the blast kill the guards, it also cut the line.", "blast", "kill", "nsubj"},
        {"Under no circumstances had guards attacked the nuns, the abbot said.", "guards",
         "attacked", "nsubj"},
        {"They took the bridge without a gun being fired.", "gun", "fired", "nsubj"},
        {"The guard never explained why he shot the dog.", "why", "shot", "advmod"},
        /* look-alikes */
        {"The fishermen have never had a port.", "port", "had", "obj"},
        {"They had no boats.", "boats", "had", "obj"},
    };
    CHECK(rows);
}

static void clauses_and_phrases(void **state)
{
    (void)state;
    static const row rows[] = {
        {"That calm could end if pictures of dead horses spread.", "spread", "end", "advcl"},
        {"The duke asked if the horses were dead.", "dead", "asked", "ccomp"},
        {"The sweep has broken gangs that hid robbers.", "hid", "gangs", "acl"},
        {"Being shelled has led the clan to leave.", "shelled", "led", "csubj"},
        {"Each theft increases the pressure on the guards to respond.", "respond", "pressure",
         "acl"},
        {"The quarrel harms the fight against theft.", "theft", "fight", "nmod"},
        {"Fair pay has been shown to reduce theft.", "reduce", "shown", "xcomp"},
        {"Loyalty makes them reluctant to hand over old friends.", "friends", "hand", "obj"},
        {"The siege makes a truce all but impossible.", "impossible", "makes", "xcomp"},
        {"The bank has good offices to lend and no stain.", "lend", "offices", "acl"},
        {"The bank has to lend.", "lend", "has", "xcomp"},
        {"I ask the council to double the grant.", "double", "ask", "xcomp"},
        {"Let it open schools.", "schools", "open", "obj"},
        {"Waste makes grants less useful.", "useful", "makes", "xcomp"},
        {"The clan has closed ranks as a result of the raids.", "result", "closed", "obl"},
        {"It ties the hands of those who would like to talk, because no duke wants shame.", "wants",
         "ties", "advcl"},
        {"A new law looks likely.", "likely", "looks", "xcomp"},
        {"The guards never stole, and never will, the abbot insisted.", "abbot", "insisted",
         "nsubj"},
        {"Secrecy breeds distrust, and distrust drives attacks.", "attacks", "drives", "obj"},
        {"Secrecy breeds distrust, and distrust drives attacks.", "drives", "breeds", "conj"},
        {"Envy breeds hunger, and hunger is why talks fail.", "why", "breeds", "conj"},
        {"Northland had better hold talks with the rebels.", "talks", "hold", "obj"},
        {"If the guards had reduced theft, we would have seen it.", "theft", "reduced", "obj"},
        {"The sweeps were launched to curb ambushes.", "ambushes", "curb", "obj"},
        {"The sweeps, designed to deter theft, have failed.", "theft", "deter", "obj"},
    };
    CHECK(rows);
}

static void subjects_behind_clauses(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Districts in which constables were properly paid and equipped saw fewer attacks than the "
         "rest.",
         "Districts", "saw", "nsubj"},
        {"Provinces where judges were paid regularly recorded fewer lynchings than the others.",
         "lynchings", "recorded", "obj"},
        {"The mayor looks away because he can: every bill we pass turns a shopkeeper into a "
         "rebel.",
         "bill", "turns", "nsubj"},
        {"Humanitarian partners report that reduced household income is leading families to "
         "withdraw children from school and, in some cases, to send sons to the mines.",
         "income", "leading", "nsubj"},
        {"Experts warn that delayed payments have driven contractors to abandon the bridge.",
         "have", "driven", "aux"},
        {"The closure has contributed to sharp increases in the price of food and medicine in the "
         "eastern valley, where the arrival of more than two million returnees this year had "
         "already overwhelmed services.",
         "arrival", "overwhelmed", "nsubj"},
        {"It poisons the well: the young leave.", "well", "poisons", "obj"},
        {"Should an attack on the scale of the bombing, which killed 12, take place during the "
         "sixty days, the army will come under pressure.",
         "Should", "take", "mark"},
        {"Should the treaty lapse in March, both navies will resume patrols.", "treaty", "lapse",
         "nsubj"},
        {"Had the ferry been inspected, 200 people would be alive.", "Had", "inspected", "mark"},
    };
    CHECK(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subjects_and_objects), cmocka_unit_test(order_of_words),
        cmocka_unit_test(clauses_and_phrases), cmocka_unit_test(subjects_behind_clauses)};
    return cmocka_run_group_tests_name("mends", tests, set_up, tear_down);
}
