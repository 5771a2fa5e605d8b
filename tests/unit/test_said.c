/* How a claim is meant: speakers, contrasts, doubts, answers, aims; sentences whose verb the parser misses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "reader_text.h"

static void begin(void)
{
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
}

static void speakers_are_persons_and_bodies(void **state)
{
    (void)state;
    static const struct {
        const char *text, *effect, *who; /* NULL: the author */
    } rows[] = {
        {"The bans promise to reduce smuggling.", "smuggling", NULL},
        {"Traders promise to reduce smuggling.", "smuggling", "Traders"},
        {"The minister said that trade fell. We believe that bans increase smuggling.", "smuggling",
         NULL},
        {"The minister said that trade fell. They add that bans increase smuggling.", "smuggling",
         "minister"},
        {"Many in the port believe that bans increase smuggling.", "smuggling", "Many in the port"},
        {"One holds that only force will stop the raids.", "raids", "One"},
        {"The ministry set out its case. In its view, bans increase smuggling.", "smuggling",
         "ministry"},
        {"The ministry set out its case. In its view bans increase smuggling.", "smuggling",
         "ministry"},
        {"In our view, bans increase smuggling.", "smuggling", NULL},
        {"Some argue that raids weaken armies.", "armies", "Some"},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        const dtn_claim *c = claim_on(&r, rows[i].effect);
        const char *who = c && c->attributed_to ? c->attributed_to : "the author";
        if (!c || strcmp(who, rows[i].who ? rows[i].who : "the author") != 0)
            fail_msg("%s: said by %s", rows[i].text, c ? who : "nobody, no claim");
    }
    dtn_arena_free(&arena);
}

static void what_is_doubted_is_denied(void **state)
{
    (void)state;
    static const struct {
        const char *text, *effect;
        bool negated;
        size_t n_hedge;
    } rows[] = {
        {"There is little sign that the raids made the road safer.", "safer", true, 0},
        {"There is no clear evidence that the closure reduced smuggling.", "smuggling", true, 0},
        {"There is little doubt that the closure reduced smuggling.", "smuggling", false, 0},
        {"Analysts doubt that raids will weaken the army.", "army", true, 1},
        {"Analysts do not doubt that raids will weaken the army.", "army", false, 0},
        {"It is doubtful that raids reduce smuggling.", "smuggling", true, 0},
        {"No fence has reduced smuggling.", "smuggling", true, 0},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        const dtn_claim *c = claim_on(&r, rows[i].effect);
        if (!c || c->negated != rows[i].negated || c->n_hedge != rows[i].n_hedge)
            fail_msg("%s: denied %d, hedges %zu", rows[i].text, c ? c->negated : 9,
                     c ? c->n_hedge : 9);
    }
    dtn_arena_free(&arena);
}

static void parts_are_set_aside(void **state)
{
    (void)state;
    static const struct {
        const char *text, *word;
        bool is_aside;
    } rows[] = {
        {"The force is built across the border, not in local networks.", "networks", true},
        {"The force is built across the border, not in local networks.", "border", false},
        {"They chose talks rather than raids, and trade grew.", "raids", true},
        {"They chose talks rather than raids, and trade grew.", "trade", false},
        {"Talks instead of raids would help the port.", "raids", true},
        {"The port, not only the road, was closed.", "road", false},
        {"The road was not closed.", "closed", false},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        const dtn_sentence *s = &r.parsed.sentences[0];
        uint32_t at = 0;
        while (at < s->n && strcmp(s->words[at].form, rows[i].word) != 0)
            at++;
        assert_true(at < s->n);
        if (dtn_read_set_aside(s, at) != rows[i].is_aside)
            fail_msg("%s: %s", rows[i].text, rows[i].word);
    }
    const dtn_reading r =
        read_text("Violence is driven by networks across the border, not by local gangs.");
    const dtn_claim *c = claim_on(&r, "Violence");
    assert_non_null(c);
    assert_string_equal(dtn_read_text(&arena, &r.parsed, &r.parsed.sentences[0], c->cause_words),
                        "networks across the border");
    dtn_arena_free(&arena);
}

static void what_is_without_is_missing(void **state)
{
    (void)state;
    begin();
    const dtn_reading r = read_text("Truces without verified steps gave them time.");
    const dtn_sentence *s = &r.parsed.sentences[0];
    assert_true(dtn_read_is_missing(s, 3, 0));
    assert_false(dtn_read_is_missing(s, 0, 0));
    dtn_arena_free(&arena);
}

static void answers_are_seen(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_answered;
    } rows[] = {
        {"Officials argue that raids bring calm. They are mistaken.", true},
        {"Officials argue that raids bring calm. That view is an illusion.", true},
        {"Officials argue that raids bring calm. They are not wrong.", false},
        {"Officials argue that raids bring calm. They may be wrong.", false},
        {"Officials argue that raids bring calm.\n\nThey are mistaken.", false},
        {"Officials argue that raids bring calm. The road is closed.", false},
        {"Officials argue that raids bring calm. The figures do not support this.", true},
        {"Officials argue that raids bring calm. I do not believe it.", true},
        {"Officials argue that raids bring calm. We doubt it.", true},
        {"Officials argue that raids bring calm. There is no evidence for this.", true},
        {"Officials argue that raids bring calm. The record shows the opposite.", true},
        {"Raids, some say, bring calm; in truth they bring anger.", true},
        {"Officials argue that raids bring calm. The figures support this.", false},
        {"Officials argue that raids bring calm. The army does not support this.", false},
        {"Officials argue that raids bring calm. I do not believe that it will last.", false},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        if (dtn_read_is_answered(reader->rules, &reader->known, &r.parsed, 0) !=
            rows[i].is_answered)
            fail_msg("%s", rows[i].text);
    }
    assert_true(dtn_read_is_opponent(reader->rules, &reader->known, "Western critics"));
    assert_false(dtn_read_is_opponent(reader->rules, &reader->known, "officials"));
    assert_true(dtn_read_is_opponent(reader->rules, &reader->known, "Some"));
    assert_true(dtn_read_is_opponent(reader->rules, &reader->known, "others"));
    assert_false(dtn_read_is_opponent(reader->rules, &reader->known, "people of the north"));
    dtn_arena_free(&arena);
}

static void verbs_are_mended(void **state)
{
    (void)state;
    static const struct {
        const char *text, *effect;
    } rows[] = {
        {"Raids lower trust.", "trust"},
        {"The dispute has soured relations between the two capitals.", "relations"},
        {"Ending the siege would lower prices and calm tempers in both bazaars.", "prices"},
        {"We argue that closures hurt traders.", "traders"},
        {"It rained. Villagers doubt that raids deter attacks.", "attacks"},
        {"It rained. Villagers claim that shelling lowers trust.", "trust"},
        {"House searches lower trust in the police.", "trust"},
        {"Trust in the courts lowers crime.", "crime"},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        const dtn_claim *c = claim_on(&r, rows[i].effect);
        if (!c || c->probability < 0.5 || c->sign != -1)
            fail_msg("%s", rows[i].text);
    }
    /* what has no verb and wants none */
    const dtn_reading r = read_text("Lower prices, higher wages.\n\nThe lower road.");
    for (size_t i = 0; i < r.n_claim; i++)
        assert_true(r.claims[i].probability < 0.5);
    dtn_arena_free(&arena);
}

static void conditions_without_if_are_seen(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "Had the truce held, trade would have grown.",
        "Had the army not bombed the camps, the trade would have gone on.",
        "Were the border to open, trade would grow."};
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i]);
        const dtn_claim *c = claim_on(&r, "trade");
        if (!c || !c->conditional || c->mode != DTN_PREDICTIVE || c->probability < 0.5)
            fail_msg("%s", rows[i]);
    }
    dtn_arena_free(&arena);
}

static void less_is_in_the_sign(void **state)
{
    (void)state;
    static const struct {
        const char *text, *cause, *effect, *polarity;
    } rows[] = {
        {"A lack of trust fuels violence.", "trust", "violence", "-"},
        {"Fewer raids led to a boom.", "raids", "a boom", "-"},
        {"Raids reduce the trade.", "Raids", "the trade", "-"},
        {"Less sesame means less hard currency.", "sesame", "hard currency", "+"},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        const dtn_document d = {.name = "t.txt", .text = rows[i].text, .n = strlen(rows[i].text)};
        json_t *records = NULL;
        assert_int_equal(dtn_reader_records(reader, &d, &r, &arena, &records), DTN_OK);
        bool is_there = false;
        for (size_t k = 0; k < json_array_size(records); k++) {
            const json_t *one = json_array_get(records, k);
            const char *polarity = json_string_value(json_object_get(one, "polarity"));
            int b[4] = {0};
            if (json_unpack((json_t *)(uintptr_t)one, "{s:[i,i],s:[i,i]}", "cause_span", &b[0],
                            &b[1], "effect_span", &b[2], &b[3]) != 0 ||
                !polarity)
                continue;
            is_there |= strncmp(rows[i].text + b[0], rows[i].cause, (size_t)(b[1] - b[0])) == 0 &&
                        strlen(rows[i].cause) == (size_t)(b[1] - b[0]) &&
                        strncmp(rows[i].text + b[2], rows[i].effect, (size_t)(b[3] - b[2])) == 0 &&
                        strcmp(polarity, rows[i].polarity) == 0;
        }
        json_decref(records);
        if (!is_there)
            fail_msg("%s", rows[i].text);
    }
    dtn_arena_free(&arena);
}

static void aims_are_told_from_complements(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_aim;
    } rows[] = {
        {"Soldiers closed the road to protect the village.", true},
        {"The ministry set up a commission to investigate the raid.", true},
        {"The gunners shell a post in order to save face.", true},
        {"The measure is designed to curb smuggling.", true},
        {"The closure was supposed to bend their will.", true},
        {"The ministry urged the town to open the road.", false},
        {"The truce gave the rebels time to regroup.", false},
        {"The road is hard to close.", false},
        {"The truce bought time for the police to retrain.", false},
        {"The insurgency draws its strength from the valley, to be sure.", false},
        {"The raid made the army reluctant to leave.", false},
        {"For this reason the road should be closed.", false},
        {"Villagers waited for bread.", false},
        {"The fence was built to keep smugglers out.", true},
        {"They raised tariffs with the aim of protecting weavers.", true},
        {"The troops returned only to find the village burnt.", false},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        dtn_claim *kept = dtn_arena_alloc(&arena, (r.n_claim + 1) * sizeof *kept);
        const size_t n = dtn_reader_kept(reader, &r, kept);
        bool is_aim = false;
        for (size_t k = 0; k < n; k++)
            is_aim |= kept[k].purpose && kept[k].probability >= DTN_AIM_RATE;
        if (is_aim != rows[i].is_aim)
            fail_msg("%s: %s", rows[i].text, is_aim ? "an aim" : "no aim");
    }
    dtn_arena_free(&arena);
}

/* Of the event of the last sentence, what one before told. */
static void events_take_up_what_was_told(void **state)
{
    (void)state;
    static const struct {
        const char *text, *date;
        double killed; /* least; -1: nothing said */
    } rows[] = {
        {"Rebels attacked a camp on 3 March 2024. The attack killed 12 soldiers.", "2024-03-03",
         12},
        {"A bomb exploded in a market on 3 March 2024. Officials put the toll at 15.", "2024-03-03",
         15},
        {"Rebels attacked a camp on 3 March 2024. It rained. The attack that morning was the third.",
         "2024-03-03", -1},
        {"Rebels attacked a camp on 3 March 2024. An attack killed 12 soldiers.", "", 12},
        {"Rebels may attack a camp on 3 March 2024. The attack killed 12 soldiers.", "", 12},
        {"Rebels attacked a camp on 3 March 2024. The attack of 5 March 2024 killed 12 soldiers.",
         "2024-03-05", 12},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_reading r = read_text(rows[i].text);
        assert_true(r.n_event > 1);
        const dtn_event *e = &r.events[r.n_event - 1];
        const double killed = e->has_toll ? e->toll.min : -1;
        if (strcmp(e->date, rows[i].date) != 0 || killed != rows[i].killed)
            fail_msg("%s: on \"%s\", %g dead", rows[i].text, e->date, killed);
    }
    dtn_reading r = read_text("Had rebels attacked the dam, thousands would have died.");
    for (size_t i = 0; i < r.n_event; i++)
        assert_int_equal(r.events[i].modality, DTN_HYPOTHETICAL);
    r = read_text("The raid killed 12, Northland said.");
    assert_int_equal(r.n_event, 1);
    assert_string_equal(r.events[0].source, "");
    r = read_text("Rebels signed a truce in Pretoria with the army.");
    assert_int_equal(r.n_event, 1);
    assert_string_equal(r.events[0].source, "REB"); /* where it was signed takes no part */
    assert_string_equal(r.events[0].target, "MIL");
    dtn_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(speakers_are_persons_and_bodies),
        cmocka_unit_test(what_is_doubted_is_denied),
        cmocka_unit_test(parts_are_set_aside),
        cmocka_unit_test(what_is_without_is_missing),
        cmocka_unit_test(answers_are_seen),
        cmocka_unit_test(verbs_are_mended),
        cmocka_unit_test(conditions_without_if_are_seen),
        cmocka_unit_test(less_is_in_the_sign),
        cmocka_unit_test(aims_are_told_from_complements),
        cmocka_unit_test(events_take_up_what_was_told),
    };
    return cmocka_run_group_tests_name("said", tests, set_up, tear_down);
}
