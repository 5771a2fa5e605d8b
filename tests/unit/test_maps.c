/* Maps of documents held against each other: pairs of concepts, contradictions, what is doubled;
 * stances as read against those by hand; what terminal and page say, with quotations escaped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/maps.h"

/* ---- Two documents of one sentence each, on a case without a model ------------------------------- */

static char texts[2][40] = {"Strikes <b>deter</b>  attacks & more.", "Strikes feed attacks."};

typedef struct fake {
    dtn_arena arena;
    dtn_case c;
    dtn_concept concepts[2];
    dtn_answer answers[3];
    dtn_weight mixture[1];
    dtn_hypothesis hypothesis;
    dtn_stance hand_stance;
    dtn_view hand;
    dtn_views views;
    dtn_read_view view[2];
    dtn_span sentences[2];
    dtn_read_stance stances[2];
    dtn_answer_support support[2][3];
    double weights[2][3], hand_weights[3];
    bool denied[3];
    dtn_support items[2];
    dtn_cited cited[4];
    dtn_maps maps;
} fake;

static void put_view(fake *f, size_t doc, const char *id, double first, double second)
{
    f->weights[doc][0] = first;
    f->weights[doc][1] = second;
    f->support[doc][0].items = &f->items[doc];
    f->support[doc][0].n = 1;
    f->items[doc] = (dtn_support){.sentence = {0, 21}, .why = "words"};
    f->stances[doc] = (dtn_read_stance){
        .answers = f->support[doc], .weights = f->weights[doc], .denied = f->denied};
    f->view[doc] = (dtn_read_view){.id = id,
                                   .name = id,
                                   .text = texts[doc],
                                   .n_text = strlen(texts[doc]),
                                   .file = doc == 0 ? "a.html" : "b.txt",
                                   .sentences = &f->sentences[doc],
                                   .n_sentence = 1,
                                   .n_claim = 1,
                                   .stances = &f->stances[doc]};
}

static void begin(fake *f)
{
    memset(f, 0, sizeof *f);
    dtn_arena_init(&f->arena);
    f->concepts[0] = (dtn_concept){.id = "strikes", .name = "Strikes"};
    f->concepts[1] = (dtn_concept){.id = "attacks", .name = "Attacks"};
    f->answers[0] = (dtn_answer){.id = "deter", .name = "They deter", .prior = 0.5};
    f->answers[1] = (dtn_answer){.id = "feed", .name = "They feed", .prior = 0.4};
    f->answers[2] = (dtn_answer){.id = "both", .name = "Both", .prior = 0.1, .n_mixture = 1};
    f->hypothesis = (dtn_hypothesis){.id = "H1", .question = "What do strikes do?"};
    f->hypothesis.answers = f->answers;
    f->hypothesis.n_answer = 3;
    f->c = (dtn_case){.title = "A <case>",
                      .concepts = f->concepts,
                      .n_concept = 2,
                      .hypotheses = &f->hypothesis,
                      .n_hypothesis = 1};
    f->sentences[0] = (dtn_span){0, 37};
    f->sentences[1] = (dtn_span){0, 21};
    put_view(f, 0, "one", 0.8, 0.2);
    put_view(f, 1, "two", 0.2, 0.8);
    f->cited[0] = (dtn_cited){.doc = 0,
                              .sentence = {0, 37},
                              .cause = "strikes",
                              .effect = "attacks",
                              .sign = -1,
                              .hedged = true,
                              .weight = 0.5};
    f->cited[1] = f->cited[0];
    f->cited[2] = (dtn_cited){.doc = 1,
                              .sentence = {0, 21},
                              .cause = "strikes",
                              .effect = "attacks",
                              .sign = 1,
                              .speaker = "the army",
                              .weight = 0.5};
    f->cited[3] = (dtn_cited){.doc = 1,
                              .sentence = {0, 21},
                              .cause = "old_grudges",
                              .effect = "attacks",
                              .sign = 1,
                              .weight = 0.5};
    f->views = (dtn_views){.c = &f->c,
                           .arena = &f->arena,
                           .views = f->view,
                           .n_view = 2,
                           .cited = f->cited,
                           .n_cited = 4};
}

/* The arena's guard is a frame of the caller's: failing for memory fails the test. */
#define MAPS(f)                                 \
    dtn_graph graph = {0};                      \
    assert_false(DTN_ARENA_GUARD(&(f)->arena)); \
    dtn_maps_init(&(f)->maps, &(f)->views, &graph, "coder-1")

static void links_are_held_against_each_other(void **state)
{
    (void)state;
    static fake f;
    begin(&f);
    MAPS(&f);
    assert_int_equal(f.maps.n_pair, 2);
    const dtn_map_pair *pair = &f.maps.pairs[0];
    assert_true(pair->is_contested);
    assert_int_equal(pair->links[0].sign, -1);
    assert_int_equal(pair->links[0].n_claim, 2);
    assert_true(pair->links[0].is_hedged && !pair->links[0].is_reported);
    assert_true(pair->links[1].is_reported && !pair->links[1].is_hedged);
    assert_false(dtn_maps_is_doubled(&f.maps, pair, 0));
    assert_true(dtn_maps_is_doubled(&f.maps, pair, 1));
    assert_false(f.maps.pairs[1].is_contested);
    assert_int_equal(f.maps.pairs[1].model, DTN_SAYS_UNKNOWN);
    assert_true(dtn_maps_is_lacking(&f.maps.pairs[1]));
    dtn_arena_free(&f.arena);
}

/* A denial counts for the other sign, so two denials of each other's claims agree. */
static void a_denial_turns_the_sign(void **state)
{
    (void)state;
    static fake f;
    begin(&f);
    f.cited[2].sign = -1;
    f.cited[2].negated = true;
    MAPS(&f);
    assert_true(f.maps.pairs[0].is_contested);
    assert_int_equal(f.maps.pairs[0].links[1].sign, 1);
    assert_true(f.maps.pairs[0].links[1].is_denied);
    dtn_arena_free(&f.arena);
}

static void quotations_hold_no_mark_up(void **state)
{
    (void)state;
    static fake f;
    begin(&f);
    assert_false(DTN_ARENA_GUARD(&f.arena));
    assert_string_equal(dtn_views_quote(&f.views, 0, (dtn_span){0, 37}),
                        "Strikes deter attacks & more.");
    assert_string_equal(dtn_views_quote(&f.views, 1, (dtn_span){0, 21}), "Strikes feed attacks.");
    assert_string_equal(dtn_views_quote(&f.views, 1, (dtn_span){3, 9}), "");
    dtn_arena_free(&f.arena);
}

static void differences_have_reasons(void **state)
{
    (void)state;
    static fake f;
    begin(&f);
    dtn_read_stance *read = &f.stances[0];
    dtn_stance hand = {.stance = "held", .weights = f.hand_weights, .source = "one:5-9"};
    f.hand_weights[0] = 1;
    assert_true(dtn_maps_agree(&f.hypothesis, read, &hand));
    f.hand_weights[0] = 0;
    f.hand_weights[1] = 1;
    assert_false(dtn_maps_agree(&f.hypothesis, read, &hand));
    assert_int_equal(dtn_maps_reason(&f.hypothesis, read, &hand), DTN_DIFFER_SAME_PASSAGE);
    hand.source = "one:30-36";
    assert_int_equal(dtn_maps_reason(&f.hypothesis, read, &hand), DTN_DIFFER_ELSEWHERE);
    f.hand_weights[2] = 2;
    assert_int_equal(dtn_maps_reason(&f.hypothesis, read, &hand), DTN_DIFFER_MIXED);
    read->is_open = true;
    assert_int_equal(dtn_maps_reason(&f.hypothesis, read, &hand), DTN_DIFFER_LITTLE);
    f.support[0][0].n = 0;
    assert_int_equal(dtn_maps_reason(&f.hypothesis, read, &hand), DTN_DIFFER_NOTHING);
    hand.stance = "open";
    assert_true(dtn_maps_agree(&f.hypothesis, read, &hand));
    read->is_open = false;
    assert_int_equal(dtn_maps_reason(&f.hypothesis, read, &hand), DTN_DIFFER_HAND_OPEN);
    dtn_arena_free(&f.arena);
}

static void expect_in(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("not there: %s\nin: %s", part, text);
}

static void the_terminal_says_it(void **state)
{
    (void)state;
    static fake f;
    begin(&f);
    MAPS(&f);
    char *text = dtn_maps_text(&f.maps, false, false, 100);
    assert_non_null(text);
    expect_in(text, "different answers on H1 (1 of 1 questions)");
    expect_in(text, "They deter: one\n     They feed: two\n");
    expect_in(text, "Strikes -> Attacks (the model: no such link)\n");
    expect_in(text, "one says -, hedged: \"Strikes deter attacks & more.\" [0-37]");
    expect_in(text, "two says +, according to the army: \"Strikes feed attacks.\" [0-21]");
    expect_in(text, "Old grudges -> Attacks (two); the model: no variable for it");
    expect_in(text, "None of these documents has a view written by hand.");
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 100);
    dtn_free(text);
    dtn_arena_free(&f.arena);
}

static void the_page_has_rows_to_draw(void **state)
{
    (void)state;
    static fake f;
    begin(&f);
    MAPS(&f);
    dtn_prose out;
    dtn_prose_init(&out, true);
    dtn_page_maps(&out, NULL);
    assert_int_equal(out.n, 0);
    dtn_page_maps(&out, &f.maps);
    assert_false(out.failed);
    expect_in(out.text, "<figure class=\"map\" data-chart=\"map\" data-name=\"one\">");
    expect_in(out.text,
              "data-sign=\"-1\" data-from=\"strikes\" data-to=\"attacks\" data-hedged=\"1\" "
              "data-contested=\"1\"");
    expect_in(out.text, "<q>Strikes deter attacks &amp; more.</q>");
    expect_in(out.text, "\u2260 Strikes \u2192 Attacks</h4>");
    assert_null(strstr(out.text, "<b>deter</b>"));
    dtn_prose_free(&out);
    dtn_arena_free(&f.arena);
}

/* Courses by name, several at once; a view by hand only where there is one. */
static void courses_have_names(void **state)
{
    (void)state;
    static fake f;
    begin(&f);
    MAPS(&f);
    dtn_course courses[] = {{.id = "stop", .name = "Stop & talk"}, {.id = "stopper", .name = "No"}};
    dtn_actor actors[] = {{.id = "state", .courses = courses, .n_course = 2},
                          {.id = "other", .courses = courses, .n_course = 1}};
    f.c.actors = actors;
    f.c.n_actor = 2;
    f.view[0].courses = (dtn_view_course[]){{.label = "state=stop"}};
    f.view[0].n_course = 1;
    dtn_prose out;
    dtn_prose_init(&out, true);
    dtn_page_maps(&out, &f.maps);
    assert_false(out.failed);
    expect_in(out.text, "Argues for <b>Stop &amp; talk</b>");
    assert_null(strstr(out.text, "state=stop"));
    assert_null(strstr(out.text, "by hand</summary>"));
    assert_null(strstr(out.text, "and by hand</th>"));
    dtn_view hand = {.id = "one", .name = "One"};
    f.view[0].by_hand = &hand;
    out.n = 0;
    dtn_page_maps(&out, &f.maps);
    expect_in(out.text, "beside the view by hand</summary>");
    expect_in(out.text, "As read, and by hand</th>");
    dtn_prose_free(&out);
    dtn_prose_init(&out, false);
    dtn_say_courses(&out, &f.c, "state=stop;other=stop;state=sto;plain");
    assert_string_equal(out.text, "Stop & talk, Stop & talk, state=sto, plain");
    dtn_prose_free(&out);
    dtn_arena_free(&f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_are_held_against_each_other),
        cmocka_unit_test(a_denial_turns_the_sign),
        cmocka_unit_test(quotations_hold_no_mark_up),
        cmocka_unit_test(differences_have_reasons),
        cmocka_unit_test(the_terminal_says_it),
        cmocka_unit_test(the_page_has_rows_to_draw),
        cmocka_unit_test(courses_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
