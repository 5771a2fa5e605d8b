/* Claims and recommendations as people write them: signs, parts, what is no advice and whose it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "views/views.h"
#include "reader_text.h"

/* A case's vocabulary for the tests below. */
static dtn_vocabulary *read_words(const char *text)
{
    char path[] = "/tmp/dtn-claims-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(close(fd), 0);
    dtn_vocabulary *v = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_int_equal(dtn_vocabulary_read(path, "concept", &v, &diags), DTN_OK);
    assert_int_equal(unlink(path), 0);
    dtn_diags_free(&diags);
    return v;
}

/* A name that says less of its concept is one word, and turns the sign once. */
static void names_with_prefixes_turn_signs_once(void **state)
{
    (void)state;
    static const struct {
        const char *text, *effect;
        int sign;
    } rows[] = {
        {"Mediation encourages de-escalation.", "de-escalation", -1},
        {"Mediation led to de-escalation.", "de-escalation", -1},
        {"Mediation produced a de-escalation.", "de-escalation", -1},
        {"Mediation prevents de-escalation.", "de-escalation", 1},
        {"Mediation prevents escalation.", "escalation", -1},
        {"Mediation led to a lack of de-escalation.", "de-escalation", 1},
        {"There was no de-escalation because mediation failed.", "de-escalation", -1},
        {"Mediation reduced the chance of de-escalation.", "de-escalation", 1},
        {"Mediation will de-escalate the dispute.", "dispute", -1},
    };
    reader->vocabulary = read_words("mediation\t+\tmediation\nescalation\t+\tescalation\n"
                                    "escalation\t-\tde-escalation|de-escalate\n");
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        const dtn_claim *c = claim_on(&r, rows[i].effect);
        if (!c || !c->effect_concept || c->sign != rows[i].sign)
            fail_msg("%s: %s, sign %d", rows[i].text,
                     c && c->effect_concept ? c->effect_concept : "none", c ? c->sign : 9);
    }
    dtn_arena_free(&arena);
    dtn_vocabulary_delete(reader->vocabulary);
    reader->vocabulary = NULL;
}

/* "The failure to stop raids" is more raids; who tells of a clause before it is found. */
static void names_of_infinitives_turn_with_their_noun(void **state)
{
    (void)state;
    reader->vocabulary = read_words("raids\t+\traid\nraids\t-\tstop|end raid\ntrust\t+\ttrust\n");
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    const dtn_reading r =
        read_text("The failure of the envoys to stop the raids undermines trust.");
    const dtn_claim *c = claim_on(&r, "trust");
    assert_non_null(c);
    assert_string_equal(c->cause_concept, "raids");
    assert_int_equal(c->sign, -1);
    const dtn_reading told = read_text("Raids fuel anger, said the ministry.");
    c = claim_on(&told, "anger");
    assert_non_null(c);
    assert_string_equal(c->attributed_to, "ministry");
    dtn_arena_free(&arena);
    dtn_vocabulary_delete(reader->vocabulary);
    reader->vocabulary = NULL;
}

/* What is named is told as it is, the concept behind it by what lies behind: talks that fail are less mediation. */
static void signs_of_words_and_concepts_part(void **state)
{
    (void)state;
    static const struct {
        const char *text, *effect;
        int sign, words;
    } rows[] = {
        {"If the talks fail, violence will grow.", "violence", -1, 1},
        {"Unless the talks collapse, violence will fall.", "violence", -1, 1},
        {"The talks have cost many lives.", "lives", 1, -1},
        {"The talks have saved many lives.", "lives", -1, 1},
    };
    reader->vocabulary = read_words("talks\t+\ttalk\nviolence\t+\tviolence\ndead\t+\tlife|lives\n");
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        const dtn_claim *c = claim_on(&r, rows[i].effect);
        const int words = c ? c->sign_trigger * c->sign_cause * c->sign_effect : 9;
        if (!c || !c->cause_concept || !c->effect_concept || c->sign != rows[i].sign ||
            words != rows[i].words)
            fail_msg("%s: %d, between the words %d", rows[i].text, c ? c->sign : 9, words);
    }
    dtn_arena_free(&arena);
    dtn_vocabulary_delete(reader->vocabulary);
    reader->vocabulary = NULL;
}

/* One record of what somebody is made to do to something, of what is helped that alone. */
static void events_and_their_objects_are_one_record(void **state)
{
    (void)state;
    static const struct {
        const char *text, *effect;
        int sign;
    } rows[] = {
        {"The referendum obliged the theatre to scrap its matinees.",
         "obliged the theatre to scrap its matinees", 1},
        {"The vaccine helped the nurses to avert an outbreak.", "an outbreak", -1},
        {"The bridge kept ferries busy, which has reduced accidents.", "accidents", -1},
    };
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        dtn_claim kept[16];
        const size_t n = r.n_claim <= 16 ? dtn_reader_kept(reader, &r, kept) : 0;
        size_t n_on = 0;
        for (size_t k = 0; k < n; k++) {
            const dtn_sentence *s = &r.parsed.sentences[0];
            const char *effect = dtn_read_text(&arena, &r.parsed, s, kept[k].effect_words);
            const size_t length = strlen(effect), tail = strlen(rows[i].effect);
            if (kept[k].probability < 0.5 || kept[k].cause_words.begin > 0)
                continue;
            if (strcmp(effect, rows[i].effect) == 0 && kept[k].sign == rows[i].sign)
                n_on++;
            else if (length >= 8 && tail >= 8 &&
                     strcmp(effect + length - 8, rows[i].effect + tail - 8) == 0)
                fail_msg("%s: [%s] too", rows[i].text, effect);
        }
        if (n_on != 1)
            fail_msg("%s: %zu records", rows[i].text, n_on);
    }
    dtn_arena_free(&arena);
}

/* What a clause within a phrase says in passing does not name the phrase. */
static void names_are_of_the_phrase_not_of_its_clauses(void **state)
{
    (void)state;
    reader->vocabulary = read_words("hardliners\t+\thardliner\naction\t+\tmove group\n");
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    const dtn_reading r =
        read_text("The raids have strengthened the hardliners who never moved against the group.");
    const dtn_claim *c = claim_on(&r, "hardliners");
    assert_non_null(c);
    assert_non_null(c->effect_concept);
    assert_string_equal(c->effect_concept, "hardliners");
    dtn_arena_free(&arena);
    dtn_vocabulary_delete(reader->vocabulary);
    reader->vocabulary = NULL;
}

/* The likeliest claim's ends and sign; what is told or asked for by somebody is none. */
static void claims_have_the_parts_that_are_meant(void **state)
{
    (void)state;
    static const struct {
        const char *text, *cause, *effect; /* NULL: no claim */
        int sign;
    } rows[] = {
        {"Attacks undermine trust.", "Attacks", "trust", -1},
        {"Closures disrupt trade.", "Closures", "trade", -1},
        {"Border closures disrupt trade.", "Border closures", "trade", -1},
        {"Raids lower trust.", "Raids", "trust", -1},
        {"The north's failure to curb raids undermines trust.", "The north's failure to curb raids",
         "trust", -1},
        {"The army's failure to protect civilians breeds resentment.",
         "The army's failure to protect civilians", "resentment", 1},
        {"Recruitment rises when civilians die.", "civilians die", "Recruitment rises", 1},
        {"Recruitment falls as villagers die.", "villagers die", "Recruitment falls", -1},
        {"If the talks die, violence will grow.", "the talks die", "violence will grow", 1},
        {"The raids made mediation harder.", "The raids", "mediation", -1},
        {"A truce makes trade easier.", "A truce", "trade", 1},
        {"Aid encourages families to return.", "Aid", "encourages families to return", 1},
        {"Geography rules out a fence.", "Geography", "a fence", -1},
        {"Neither side has ruled out further strikes.", NULL, NULL, 0},
        {"The minister ruled out talks.", NULL, NULL, 0},
        {"We urge the government to invest in schools.", NULL, NULL, 0},
        {"Envoys urged both sides to resume talks.", NULL, NULL, 0},
        {"Expulsions should be halted unless they are voluntary.", NULL, NULL, 0},
    };
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        const dtn_claim *c = claim_on(&r, rows[i].effect ? rows[i].effect : "");
        const dtn_sentence *s = &r.parsed.sentences[0];
        const bool is_told = c && c->probability >= 0.5;
        if (is_told != (rows[i].cause != NULL) ||
            (is_told &&
             (c->sign != rows[i].sign ||
              strcmp(dtn_read_text(&arena, &r.parsed, s, c->cause_words), rows[i].cause) != 0 ||
              strcmp(dtn_read_text(&arena, &r.parsed, s, c->effect_words), rows[i].effect) != 0)))
            fail_msg("%s: [%s], sign %d", rows[i].text,
                     c ? dtn_read_text(&arena, &r.parsed, s, c->cause_words) : "", c ? c->sign : 9);
    }
    dtn_arena_free(&arena);
}

static char sign_of(int direction) { return direction < 0 ? '-' : '+'; }

/* What is advised, in words, with its direction, "?" under a condition, and by whom; one line each. */
static const char *advised(const char *text)
{
    const dtn_reading r = read_text(text);
    const char *out = "";
    for (size_t i = 0; i < r.n_advice; i++) {
        const dtn_advice *a = &r.advice[i];
        out = dtn_arena_printf(
            &arena, "%s%s%c%s%s%s%s", out, i ? "\n" : "", sign_of(a->direction),
            a->conditional ? "?" : "",
            dtn_read_text(&arena, &r.parsed, &r.parsed.sentences[a->sentence], a->words),
            a->attributed_to ? " by " : "", a->attributed_to ? a->attributed_to : "");
    }
    return out;
}

static void hold_advice(const char *const (*rows)[2], size_t n)
{
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < n; i++) {
        const char *found = advised(rows[i][0]);
        if (strcmp(found, rows[i][1]) != 0)
            fail_msg("%s: \"%s\", expected \"%s\"", rows[i][0], found, rows[i][1]);
    }
    dtn_arena_free(&arena);
}

/* What is asked, believed or borne is no advice; "nobody should" and "think twice before" advise against. */
static void advice_is_told_from_what_looks_like_it(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"Should the army retaliate?", ""},
        {"What should the army do?", ""},
        {"What should be done", ""},
        {"How the army should respond", ""},
        {"\"Should the army wait for proof?\" he asked.", ""},
        {"Officials debated whether the army should strike.", ""},
        {"Nobody should believe that strikes alone will work.", ""},
        {"The army should expect retaliation.", ""},
        {"The group must now contend with unrest at home.", ""},
        {"The government has to face unrest at home.", ""},
        {"Nobody should close the border.", "-close the border"},
        {"Neither side should resume the strikes.", "-resume the strikes"},
        {"Nobody should stop the talks.", "+stop the talks"},
        {"No one should be deported.", "-deported"},
        {"Ministers should think twice before closing the border.",
         "-think twice before closing the border"},
        {"Ministers should think long and hard before closing the border.",
         "-think long and hard before closing the border"},
        {"Ministers should be wary of closing the border.", "-be wary of closing the border"},
        {"Ministers should not hesitate to open the border.", "+hesitate to open the border"},
        {"Unless the rebels leave, the army should strike.", "+?strike"},
        {"The army should strike unless the rebels leave.", "+?strike"},
        {"Should talks fail, the army should close the border.", "+?close the border"},
    };
    hold_advice(rows, sizeof rows / sizeof *rows);
}

/* Who asks for it says so; what cannot ask does not. */
static void advice_is_of_who_asks(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"Saudi Arabia and Qatar called for restraint.", "+restraint by Saudi Arabia and Qatar"},
        {"Envoys urged both sides to resume talks.", "+resume talks by Envoys"},
        {"Envoys appealed to both sides to resume talks.", "+resume talks by Envoys"},
        {"The army was urged by the envoys to show restraint.", "+show restraint by envoys"},
        {"Restraint was recommended by the envoys.", "+Restraint by envoys"},
        {"The envoys who urged restraint on the army left.", ""},
        {"The ministry, which called for restraint, sent aid.", "+restraint by ministry"},
        {"The army should strike, said the minister.", "+strike by minister"},
        {"The moment calls for restraint.", "+restraint"},
        {"Aid encourages families to return.", ""},
        {"This report recommends joint patrols.", "+joint patrols"},
        {"The authors recommend joint patrols.", "+joint patrols"},
        {"I call for restraint.", "+restraint"},
    };
    hold_advice(rows, sizeof rows / sizeof *rows);
}

/* What a thing should do of itself is expected of it, and a guide's "you should" is no advice to anybody who decides. */
static void advice_is_told_from_what_is_expected(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"The aid should be arriving by Monday.", ""},
        {"The convoy should arrive soon.", ""},
        {"Prices should fall in the spring.", ""},
        {"The talks should begin on Monday.", ""},
        {"The harvest should be in by June.", ""},
        {"You should see the museum.", ""},
        {"You should try the local bread.", ""},
        {"Please accept our cookies.", ""},
        {"The talks should begin without delay.", "+begin without delay"},
        {"The ministry should arrive at a decision.", "+arrive at a decision"},
        {"You should reopen the border.", "+reopen the border"},
        {"There is no need to close the border.", "-close the border"},
        {"There is no case for further raids.", "-further raids"},
        {"The army should not strike; it should talk.", "-strike\n+talk"},
        {"The ministry should reopen the school, pay the teachers and stop arresting parents.",
         "+reopen the school\n+pay the teachers\n-stop arresting parents"},
        {"Donors should fund clinics, not guns.", "+fund clinics\n-guns"},
        {"We recommend that the government:\n- reopen the border;\n- pay the teachers.",
         "+reopen the border\n+pay the teachers"},
    };
    hold_advice(rows, sizeof rows / sizeof *rows);
}

/* Whose the items of a list are, and whom "should" is said of. */
static void advice_is_addressed(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"To the government:\n- Reopen the border.\n- Stop the raids.\n\nTo donors:\n- Pay the "
         "teachers.",
         "government", "donors"},
        {"The ministry should:\n- Reopen the border.\n- Stop the raids.", "ministry", "ministry"},
        {"Envoys urged the army to:\n- Stop the raids.\n- Release the prisoners.", "army", "army"},
        {"The army should withdraw, and the council must meet.", "army", "council"},
        {"Reopen the border. Stop the raids.", NULL, NULL},
    };
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i][0]);
        assert_true(r.n_advice >= 2);
        const char *const found[] = {r.advice[0].addressee, r.advice[r.n_advice - 1].addressee};
        for (int k = 0; k < 2; k++)
            if ((found[k] == NULL) != (rows[i][k + 1] == NULL) ||
                (found[k] && strcmp(found[k], rows[i][k + 1]) != 0))
                fail_msg("%s: %s", rows[i][0], found[k] ? found[k] : "nobody");
    }
    dtn_arena_free(&arena);
}

/* Orders advise, in lists too; what leads a list in may turn them and says whose they are. */
static void orders_are_advice(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"Reopen the border.", "+Reopen the border"},
        {"Do not close the border again.", "-close the border again"},
        {"The government should:\n- Reopen the border.\n- Stop the strikes.\n- Halt expulsions.\n- "
         "Hold talks with the north\n- Restore visas",
         "+Reopen the border\n-Stop the strikes\n-Halt expulsions\n+Hold talks with the north\n"
         "+Restore visas"},
        {"The government should:\n\n\xe2\x80\xa2 Reopen the border.\n\n\xe2\x80\xa2 Halt "
         "expulsions of families.\n",
         "+Reopen the border\n-Halt expulsions of families"},
        {"The government should not:\n- Close the border.\n- Launch strikes.",
         "-Close the border\n-Launch strikes"},
        {"Envoys urged the government to:\n1. Reopen the border.\n2. Halt strikes.\n\nThey left.",
         "+Reopen the border by Envoys\n-Halt strikes by Envoys"},
        {"The ministry said:\n- Border closures hurt trade.\n- Strikes killed two men.", ""},
        {"They remember the raid.", ""},
        {"Open Northport and Southport for good.", "+Open Northport and Southport for good"},
        {"Close the port and keep it closed.", "+Close the port\n+keep it closed"},
        {"Shut every crossing after every attack.", "+Shut every crossing after every attack"},
        {"Free the prisoners before winter.", "+Free the prisoners before winter"},
        {"Close ties bind the two countries.", ""},
        {"Open wounds heal slowly.", ""},
        {"Close to forty people died.", ""},
    };
    hold_advice(rows, sizeof rows / sizeof *rows);
}

/* Nothing of an order has happened. */
static void orders_tell_no_events(void **state)
{
    (void)state;
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    const dtn_reading r = read_text("The government should:\n- Reopen the border.\n- Stop the "
                                    "strikes.\n- Halt the deportation of families.\n- Do not "
                                    "bomb villages.\n- Hold talks.");
    assert_true(r.n_event >= 4);
    for (size_t i = 0; i < r.n_event; i++)
        assert_int_equal(r.events[i].modality, DTN_HYPOTHETICAL);
    const dtn_reading told = read_text("Jets bombed two villages.");
    assert_int_equal(told.n_event, 1);
    assert_int_equal(told.events[0].modality, DTN_ASSERTED);
    dtn_arena_free(&arena);
}

static dtn_status draft_part(void *ctx, const dtn_read_part *part)
{
    dtn_view_draft_add(ctx, reader, part->document, part->reading);
    return DTN_OK;
}

/* Who says something is no word of what is said; who denies it says so. */
static void cues_leave_out_who_tells(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t n;
        const char *speaker;
    } rows[] = {
        {"The south has argued that raids from the hills have fuelled violence at home.", 0, NULL},
        {"Violence in the south has roots at home.", 1, NULL},
        {"The raids went on, while the ministry denies the charge.", 1, "ministry"},
        {"Nobody in the north noticed the charge.", 0, NULL},
    };
    dtn_answer answer = {.id = "own"};
    dtn_hypothesis hypothesis = {.id = "H1", .answers = &answer, .n_answer = 1};
    const dtn_case c = {.hypotheses = &hypothesis, .n_hypothesis = 1};
    dtn_vocabulary *cues = read_words(
        "H1=own\t+\tviolence home south\nH1=own\t+\tnorth|ministry deny|reject charge\n");
    dtn_diags diags;
    dtn_diags_init(&diags);
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        dtn_document d = {.name = "d.txt", .text = rows[i].text, .n = strlen(rows[i].text)};
        dtn_view_draft draft;
        dtn_view_draft_init(&draft, &c, cues, &arena);
        assert_int_equal(dtn_reader_readings(reader, &d, 9, draft_part, &draft, &diags), DTN_OK);
        const char *who = draft.n_said > 0 ? draft.said[0].support.speaker : NULL;
        if (draft.n_said != rows[i].n || (who == NULL) != (rows[i].speaker == NULL) ||
            (who && strcmp(who, rows[i].speaker) != 0))
            fail_msg("%s: %zu, %s", rows[i].text, draft.n_said, who ? who : "nobody");
    }
    dtn_arena_free(&arena);
    dtn_vocabulary_delete(cues);
    dtn_diags_free(&diags);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_with_prefixes_turn_signs_once),
        cmocka_unit_test(names_of_infinitives_turn_with_their_noun),
        cmocka_unit_test(signs_of_words_and_concepts_part),
        cmocka_unit_test(events_and_their_objects_are_one_record),
        cmocka_unit_test(names_are_of_the_phrase_not_of_its_clauses),
        cmocka_unit_test(claims_have_the_parts_that_are_meant),
        cmocka_unit_test(advice_is_told_from_what_looks_like_it),
        cmocka_unit_test(advice_is_of_who_asks),
        cmocka_unit_test(orders_are_advice),
        cmocka_unit_test(advice_is_told_from_what_is_expected),
        cmocka_unit_test(advice_is_addressed),
        cmocka_unit_test(orders_tell_no_events),
        cmocka_unit_test(cues_leave_out_who_tells),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
