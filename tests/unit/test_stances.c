/* What a document is taken to say of a case: the courses it argues for, the answers it leads to, and never the opposite. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "views/views.h"
#include "reader_text.h"

/* ---- A case of two neighbours and an armed group -------------------------------------------------- */

static const char words[] =
    "raids\t+\traid|sweep|patrol\nattacks\t+\tattack|ambush\ntalks\t+\ttalk|negotiation\n"
    "ban\t+\tban|embargo\nhunger\t+\thunger\n";
static const char cue_words[] = "north=press\t+\traid|sweep expand|press|continue|intensify\n"
                                "north=talk\t+\ttalk|negotiate band|rebel\n"
                                "south=open\t+\treopen|open crossing|port\n";

static dtn_course courses[2][2] = {{{.id = "press"}, {.id = "talk"}}, {{.id = "open"}}};
static dtn_actor actors[2] = {
    {.id = "north", .name = "Northland", .courses = courses[0], .n_course = 2},
    {.id = "south", .name = "Southmark", .courses = courses[1], .n_course = 1}};
static dtn_link links[4] = {{.from = "raids", .to = "attacks", .sign = -1},
                            {.from = "raids", .to = "attacks", .sign = 1},
                            {.from = "talks", .to = "attacks", .sign = -1},
                            {.from = "talks", .to = "attacks", .sign = 1}};
static dtn_answer answers[4] = {{.id = "deter", .prior = 0.5, .links = &links[0], .n_link = 1},
                                {.id = "feed", .prior = 0.5, .links = &links[1], .n_link = 1},
                                {.id = "calm", .prior = 0.5, .links = &links[2], .n_link = 1},
                                {.id = "spur", .prior = 0.5, .links = &links[3], .n_link = 1}};
static dtn_hypothesis hypotheses[2] = {{.id = "H1", .answers = &answers[0], .n_answer = 2},
                                       {.id = "H2", .answers = &answers[2], .n_answer = 2}};
static const dtn_case the_case = {
    .actors = actors, .n_actor = 2, .hypotheses = hypotheses, .n_hypothesis = 2};
static dtn_vocabulary *cues;

static dtn_vocabulary *vocabulary_of(const char *text)
{
    char path[] = "/tmp/dtn-vocabulary-XXXXXX";
    const int fd = mkstemp(path);
    dtn_vocabulary *out = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(close(fd), 0);
    assert_int_equal(dtn_vocabulary_read(path, "concept", &out, &diags), DTN_OK);
    assert_int_equal(unlink(path), 0);
    dtn_diags_free(&diags);
    return out;
}

static int set_up_case(void **state)
{
    if (set_up(state) != 0)
        return -1;
    cues = vocabulary_of(cue_words);
    reader->vocabulary = vocabulary_of(words);
    return 0;
}

static int tear_down_case(void **state)
{
    dtn_vocabulary_delete(cues);
    return tear_down(state); /* and the reader's vocabulary */
}

static void begin(void)
{
    dtn_arena_init(&arena);
    assert_false(DTN_ARENA_GUARD(&arena));
}

static const dtn_read_view *view_of(const char *text)
{
    dtn_document *d = DTN_NEW(&arena, dtn_document);
    *d = (dtn_document){.name = "d.txt", .text = text, .n = strlen(text)};
    dtn_views *views = DTN_NEW(&arena, dtn_views);
    dtn_view_draft draft;
    dtn_diags diags;
    dtn_reading r;
    dtn_diags_init(&diags);
    assert_int_equal(dtn_reader_analyse(reader, d, &arena, &r, &diags), DTN_OK);
    dtn_diags_free(&diags);
    dtn_views_init(views, &the_case, cues, &arena);
    dtn_view_draft_init(&draft, &the_case, cues, &arena);
    dtn_view_draft_add(&draft, reader, d, &r);
    dtn_views_add(views, d, &draft);
    return &views->views[0];
}

/* ---- Courses of action ------------------------------------------------------------------------------ */

typedef struct row {
    const char *text, *says;
} row;

static void check_courses(const row *rows, size_t n)
{
    begin();
    for (size_t i = 0; i < n; i++) {
        const char *label = dtn_view_course_label(view_of(rows[i].text), &arena);
        label = label ? label : "none";
        if (strcmp(label, rows[i].says) != 0)
            print_error("%s: %s\n", rows[i].text, label);
    }
    for (size_t i = 0; i < n; i++) {
        const char *label = dtn_view_course_label(view_of(rows[i].text), &arena);
        assert_string_equal(label ? label : "none", rows[i].says);
    }
    dtn_arena_free(&arena);
}

#define CHECK_COURSES(rows) check_courses(rows, sizeof(rows) / sizeof *(rows))

static void what_is_set_aside_is_no_course(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Instead of expanding the raids, Northland should hold talks with the rebels.",
         "north=talk"},
        {"Rather than expand the sweeps, Northland must negotiate with the band.", "north=talk"},
        {"Northland should hold talks with the rebels rather than expand the raids.", "north=talk"},
        {"Northland should rather hold talks with the rebels than expand the raids.", "north=talk"},
        {"Northland should hold talks with the band instead of pressing its raids.", "north=talk"},
        {"Northland should hold talks with the rebels and not expand the raids.", "north=talk"},
        {"Northland should not expand the raids but hold talks with the rebels.", "north=talk"},
        {"Northland should stop expanding the raids and hold talks with the band.", "north=talk"},
        {"Northland should not expand the raids.", "none"},
        /* and the other way round */
        {"Instead of talking to the rebels, Northland should expand the raids.", "north=press"},
        {"Northland should expand the raids rather than hold talks with the band.", "north=press"},
        {"Northland should expand the raids.", "north=press"},
        {"Northland must press its raids in the hills.", "north=press"},
        {"The raids should be expanded.", "north=press"},
        {"Northland should hold talks with the rebels.", "north=talk"},
    };
    CHECK_COURSES(rows);
}

static void advice_that_is_answered_is_no_course(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Critics say that Northland should expand the raids. They are wrong.", "none"},
        {"Critics say that Northland should expand the raids.", "none"},
        {"The generals say that Northland should expand the raids. They are mistaken.", "none"},
        {"The generals demand that Northland expand the raids. That would be a mistake.", "none"},
        {"The generals want Northland to expand the raids. It would be folly.", "none"},
        {"The generals argue that Northland should expand the raids. We disagree.", "none"},
        {"Some demand that Northland expand the raids. This would be a grave error.", "none"},
        {"The generals urge Northland to expand the raids. Nothing could be worse.", "none"},
        {"The generals urge Northland to expand the raids. It would be a mistake to listen.",
         "none"},
        {"The generals demand that Northland expand the raids. That would be a mistake. Northland should hold "
         "talks with the rebels.",
         "north=talk"},
        /* what is not answered */
        {"The generals say that Northland should expand the raids. They are not wrong.",
         "north=press"},
        {"The envoys say that Northland should hold talks with the rebels. They are right.",
         "north=talk"},
        {"The envoys say that Northland should hold talks with the rebels. It would be a mistake to wait.",
         "north=talk"},
        {"Northland should hold talks with the rebels. The generals are against it.", "north=talk"},
    };
    CHECK_COURSES(rows);
}

static void what_is_conditional_gives_way(void **state)
{
    (void)state;
    static const row rows[] = {
        {"If the truce fails, Northland should expand the raids. Until then it should hold talks with the rebels.",
         "north=talk"},
        {"Northland should hold talks with the rebels. If they fail, it should expand the raids.",
         "north=talk"},
        {"Northland should hold talks with the rebels. Should these fail, it must expand the raids and press the "
         "sweeps. If the band attacks, it should continue the raids.",
         "north=talk"},
        {"If the truce fails, Northland should expand the raids.", "north=press"},
    };
    CHECK_COURSES(rows);
}

static void each_actor_has_its_course(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Northland should hold talks with the rebels. Southmark should reopen the crossing.",
         "north=talk;south=open"},
        {"Southmark should reopen the crossing. Northland should expand the raids.",
         "north=press;south=open"},
        {"Northland should end the raids and open talks with the rebels. Southmark should reopen the port.",
         "north=talk;south=open"},
        {"Northland should end the raids and open talks with the band.", "north=talk"},
        {"Northland must stop the raids and negotiate with the rebels.", "north=talk"},
        {"Southmark should end the ban and reopen the port.", "south=open"},
        {"Southmark should hold talks with the rebels.",
         "none"}, /* which is no course of its own */
    };
    CHECK_COURSES(rows);
}

/* ---- Answers ------------------------------------------------------------------------------------------ */

/* "deter": that answer has most weight; "open": none of H1 and H2 has. */
static const char *leading(const dtn_read_view *view)
{
    for (size_t h = 0; h < 2; h++)
        if (!view->stances[h].is_open && view->stances[h].weights[0] != view->stances[h].weights[1])
            return hypotheses[h]
                .answers[view->stances[h].weights[0] > view->stances[h].weights[1] ? 0 : 1]
                .id;
    for (size_t h = 0; h < 2; h++)
        for (size_t a = 0; a < 2; a++)
            if (view->stances[h].denied[a])
                return hypotheses[h].answers[1 - a].id;
    return "open";
}

static void check_answers(const row *rows, size_t n)
{
    size_t n_wrong = 0;
    begin();
    for (size_t i = 0; i < n; i++) {
        const char *has = leading(view_of(rows[i].text));
        if (strcmp(has, rows[i].says) != 0) {
            print_error("%s: %s\n", rows[i].text, has);
            n_wrong++;
        }
    }
    assert_int_equal(n_wrong, 0);
    dtn_arena_free(&arena);
}

#define CHECK_ANSWERS(rows) check_answers(rows, sizeof(rows) / sizeof *(rows))

static void who_says_it_is_answered(void **state)
{
    (void)state;
    static const row rows[] = {
        {"The general staff assures us that its raids are reducing attacks. It is mistaken.",
         "feed"},
        {"The army keeps telling us that raids reduce attacks. It is mistaken.", "feed"},
        {"The army has convinced itself that sweeps reduce ambushes. It is wrong.", "feed"},
        {"The generals are sure that raids reduce attacks. They are mistaken.", "feed"},
        {"The army never tires of saying that raids reduce attacks. It is mistaken.", "feed"},
        {"The generals would have us believe that raids reduce attacks. They are wrong.", "feed"},
        {"The minister swears that raids reduce attacks. He is wrong.", "feed"},
        {"The army says that raids reduce attacks. The army is wrong.", "feed"},
        {"\"Raids reduce attacks,\" the general said. Nothing could be further from the truth.",
         "feed"},
        {"The general said: \"Raids reduce attacks.\" We disagree.", "feed"},
        {"The army says that raids reduce attacks. It is not so.", "feed"},
        {"The army says that raids reduce attacks. If only that were true.", "feed"},
        {"The army says that raids reduce attacks. Nonsense.", "feed"},
        {"For years the army believed that raids reduce attacks. It has learned better.", "feed"},
        /* and what is not */
        {"I am sure that raids reduce attacks.", "deter"},
        {"We keep saying that raids reduce attacks.", "deter"},
        {"The army says that raids reduce attacks. It is right.", "deter"},
        {"The army says that raids reduce attacks. It would be wrong to stop.", "deter"},
        {"The general staff assures us that its raids are reducing attacks.", "deter"},
    };
    CHECK_ANSWERS(rows);
}

static void what_was_meant_is_no_effect(void **state)
{
    (void)state;
    static const row rows[] = {
        {"The raids were supposed to reduce attacks, but they have increased them.", "feed"},
        {"The raids were meant to reduce attacks. They increased them.", "feed"},
        {"The sweeps were to reduce ambushes; instead they have multiplied them.", "feed"},
        {"The raids were intended to reduce attacks, yet attacks doubled.", "open"},
        {"Raids were expected to reduce attacks. They did not.", "feed"},
        {"The sweeps were intended to reduce ambushes. They have failed.", "feed"},
        {"The patrols were meant to deter attacks. They certainly have not.", "feed"},
        {"The raids were supposed to reduce attacks.", "open"},
        {"The raids were meant to reduce attacks, and they have reduced them.", "deter"},
        {"The raids have reduced attacks.", "deter"},
    };
    CHECK_ANSWERS(rows);
}

static void none_and_never_deny(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Neither raids nor sweeps reduced attacks.", "feed"},
        {"Neither the sweeps nor the embargo has reduced attacks.", "feed"},
        {"None of the raids reduced attacks.", "feed"},
        {"None of the sweeps has reduced ambushes.", "feed"},
        {"Not one of the patrols has reduced attacks.", "feed"},
        {"Never have raids reduced attacks.", "feed"},
        {"At no point did raids reduce attacks.", "feed"},
        {"Under no circumstances will sweeps reduce ambushes.", "feed"},
        {"Not once have raids reduced attacks.", "feed"},
        {"Hardly ever have raids reduced attacks.", "feed"},
        {"Both raids and sweeps reduced attacks.", "deter"},
        {"All of the raids reduced attacks.", "deter"},
        {"Time and again have raids reduced attacks.", "deter"},
    };
    CHECK_ANSWERS(rows);
}

static void sayings_are_given_up(void **state)
{
    (void)state;
    static const row rows[] = {
        {"The claim that raids reduce attacks does not survive a look at the figures.", "feed"},
        {"The notion that sweeps reduce ambushes ignores the record.", "feed"},
        {"The promise that raids would reduce attacks was not kept.", "feed"},
        {"The hope that raids would reduce attacks has been disappointed.", "feed"},
        {"The argument that raids reduce attacks does not hold up.", "feed"},
        {"The idea that raids reduce attacks flies in the face of the evidence.", "feed"},
        {"The assumption that raids reduce attacks is not borne out by the record.", "feed"},
        {"Whoever says that raids reduce attacks has not been to the hills.", "feed"},
        {"Anyone who thinks that raids reduce attacks should visit the hills.", "feed"},
        {"Nobody who knows the valley can believe that talks lead to more attacks.", "calm"},
        {"No one who has seen the hills can claim that raids reduce attacks.", "feed"},
        /* and what is upheld */
        {"The claim that raids reduce attacks survives a look at the figures.", "deter"},
        {"The claim that raids reduce attacks is borne out by the figures.", "deter"},
        {"The notion that raids reduce attacks does not ignore the record.", "deter"},
    };
    CHECK_ANSWERS(rows);
}

static void what_is_supposed_is_not_said(void **state)
{
    (void)state;
    static const row rows[] = {
        {"If raids reduced attacks, the valley would be quiet by now. It is not.", "open"},
        {"Had the raids reduced attacks, the valley would be quiet.", "feed"},
        {"If the raids had reduced attacks, the valley would be quiet today.", "open"},
        {"If raids reduce attacks, the army has kept it to itself.", "open"},
        {"Attacks fell not because of the raids but because of the talks.", "feed"},
        {"It was not the raids that reduced attacks but the talks.", "feed"},
        {"The army is too weak for its raids to reduce attacks.", "feed"},
        {"Sweeps are too blunt to reduce attacks.", "feed"},
        {"Raids have reduced attacks no more than prayers have.", "feed"},
        {"Attacks fell because of the raids.", "deter"},
        {"If Northland expands the raids, attacks will fall.", "deter"},
    };
    CHECK_ANSWERS(rows);
}

static void conditions_do_not_deny(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Talks reduce attacks only if monitors are present.", "calm"},
        {"Talks do not reduce attacks unless monitors are present.", "calm"},
        {"Talks will not reduce attacks without monitors.", "calm"},
        {"Talks cannot reduce attacks unless both sides keep them.", "calm"},
        {"Unless monitors are present, talks will not reduce attacks.", "calm"},
        {"Talks will not reduce attacks.", "spur"},
        {"Talks do not reduce attacks without raising hopes.", "spur"},
    };
    CHECK_ANSWERS(rows);
}

static void what_is_conceded_gives_way(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Raids may reduce attacks for a week. In the long run they increase them.", "feed"},
        {"Raids reduce attacks in the first week and increase attacks in the following months.",
         "feed"},
        {"It is true that raids reduce attacks for a month; after that, they increase attacks for years.",
         "feed"},
        {"Raids may increase attacks for a week. In the long run they reduce them.", "deter"},
        {"Raids reduce attacks for a month.", "deter"},
    };
    CHECK_ANSWERS(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_set_aside_is_no_course),
        cmocka_unit_test(advice_that_is_answered_is_no_course),
        cmocka_unit_test(what_is_conditional_gives_way),
        cmocka_unit_test(each_actor_has_its_course),
        cmocka_unit_test(who_says_it_is_answered),
        cmocka_unit_test(what_was_meant_is_no_effect),
        cmocka_unit_test(none_and_never_deny),
        cmocka_unit_test(sayings_are_given_up),
        cmocka_unit_test(what_is_supposed_is_not_said),
        cmocka_unit_test(conditions_do_not_deny),
        cmocka_unit_test(what_is_conceded_gives_way),
    };
    return cmocka_run_group_tests(tests, set_up_case, tear_down_case);
}
