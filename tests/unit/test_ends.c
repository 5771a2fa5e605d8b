/* The ends of claims: what they take up from before, who says them, what one word names, whom advice is for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reader_text.h"

static void begin(void)
{
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
}

/* What the cause of the claim on an effect stands for; "": nothing but itself. */
static const char *taken_up(const dtn_reading *r, const char *effect)
{
    const dtn_claim *c = claim_on(r, effect);
    if (!c)
        fail_msg("no claim on %s", effect);
    const dtn_reference *to = &c->cause_refers;
    return to->words.begin < to->words.end
               ? dtn_read_text(&arena, &r->parsed, &r->parsed.sentences[to->sentence], to->words)
               : "";
}

static void causes_take_up_what_fits(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"The minister should not sign the fisheries bill. It hurts the small ports.", "ports",
         "the fisheries bill"},
        {"The governor must drop the curfew. It breeds anger.", "anger", "the curfew"},
        {"Under no circumstances should the envoy endorse the eviction campaign. It poisons the "
         "mood.",
         "mood", "the eviction campaign"},
        {"The fence cost a fortune. It has reduced smuggling.", "smuggling", "The fence"},
        {"The rebels shelled the town. The same day the security forces ended a siege.", "siege",
         ""},
        {"A bomb killed two officers. The armed forces tightened the curfew.", "curfew", ""},
        {"The council met. The union believes that sustained pressure will split the board.",
         "board", ""},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i][0]);
        const char *found = taken_up(&r, rows[i][1]);
        if (strcmp(found, rows[i][2]) != 0)
            fail_msg("%s: %s", rows[i][0], found);
    }
    dtn_arena_free(&arena);
}

static void speakers_are_named_as_they_are(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"The Sultanate fears that a crackdown on smugglers would ruin the coast.", "coast",
         "Sultanate"},
        {"The kingdom warns that a boycott would ruin its ports.", "ports", "kingdom"},
        {"Council members will recall that the ban hurt farmers.", "farmers", NULL},
        {"Council members recall that the ban hurt farmers.", "farmers", "Council members"},
        {"Delegates may remember that the strike ruined the harvest.", "harvest", NULL},
        {"The longer the council argues, the fewer people believe that it will pay.", "people",
         NULL},
        {"Thanks to the mediators, the truce held.", "truce", NULL},
        {"Jane Roe fears that a boycott would ruin the ports.", "ports", "a named person"},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i][0]);
        const dtn_claim *c = claim_on(&r, rows[i][1]);
        const char *who = c && c->attributed_to ? c->attributed_to : "the author";
        if (!c || strcmp(who, rows[i][2] ? rows[i][2] : "the author") != 0)
            fail_msg("%s: said by %s", rows[i][0], c ? who : "nobody, no claim");
    }
    dtn_arena_free(&arena);
}

/* "The target" is no target that is hit: a word fills one slot of a pattern. */
static void one_word_fills_one_slot(void **state)
{
    (void)state;
    char path[] = "/tmp/dtn-vocabulary-XXXXXX";
    static const char text[] = "raids\t+\thit|target camp|target\ntrade\t+\ttrade\n";
    const int file = mkstemp(path);
    dtn_vocabulary *v = NULL;
    dtn_diags diags;
    dtn_naming how;
    dtn_diags_init(&diags);
    assert_true(file >= 0 && write(file, text, sizeof text - 1) == sizeof text - 1);
    assert_int_equal(close(file), 0);
    assert_int_equal(dtn_vocabulary_read(path, "concept", &v, &diags), DTN_OK);
    assert_int_equal(unlink(path), 0);
    begin();
    static const struct {
        const char *text;
        bool is_named;
    } rows[] = {
        {"The target buys elsewhere.", false},
        {"They hit a target.", true},
        {"They target a camp.", true},
        {"They hit a camp.", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        const dtn_sentence *s = &r.parsed.sentences[0];
        uint32_t root = 0;
        while (s->words[root].head != DTN_NO_WORD)
            root++;
        const bool is_named = dtn_vocabulary_link(v, s, (dtn_span){0, s->n}, root, &how) != NULL;
        if (is_named != rows[i].is_named)
            fail_msg("%s: %d", rows[i].text, is_named);
    }
    dtn_arena_free(&arena);
    dtn_vocabulary_delete(v);
    dtn_diags_free(&diags);
}

static void advice_is_for_who_can_act(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        /* text, act, addressee */
        {"Second, humanitarian cargo must be allowed through the port.", "allowed through the port",
         NULL},
        {"Third, returns of villagers must be voluntary.", "be voluntary", NULL},
        {"I appeal to host countries to halt forced returns over the winter.",
         "halt forced returns over the winter", "countries"},
        {"Returns must be safe; I appeal to host countries to halt forced returns over the winter.",
         "halt forced returns over the winter", "countries"},
        {"The council must reopen the port.", "reopen the port", "council"},
        {"We are encouraged that the truce has not been abandoned.", NULL, NULL},
        {"The council is encouraged that both sides have resumed talks.", NULL, NULL},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i][0]);
        if (!rows[i][1]) {
            if (r.n_advice > 0)
                fail_msg("%s: advice", rows[i][0]);
            continue;
        }
        assert_true(r.n_advice > 0);
        assert_string_equal(dtn_read_text(&arena, &r.parsed, &r.parsed.sentences[0],
                                          r.advice[r.n_advice - 1].words),
                            rows[i][1]);
        const char *who = r.advice[r.n_advice - 1].addressee;
        if ((who == NULL) != (rows[i][2] == NULL) || (who && strcmp(who, rows[i][2]) != 0))
            fail_msg("%s: to %s", rows[i][0], who ? who : "nobody");
    }
    const dtn_reading r =
        read_text("This brief reviews what a month of strikes, closures and hurried talks has "
                  "taught, and proposes a different mix of instruments.");
    assert_int_equal(r.n_advice, 1);
    assert_null(r.advice[0].attributed_to);
    dtn_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(causes_take_up_what_fits),
        cmocka_unit_test(speakers_are_named_as_they_are),
        cmocka_unit_test(one_word_fills_one_slot),
        cmocka_unit_test(advice_is_for_who_can_act),
    };
    return cmocka_run_group_tests_name("ends", tests, set_up, tear_down);
}
