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
                                "south=open\t+\treopen|open crossing|port\n"
                                "H2=spur\t+\ttalk|negotiation ruse|sham\n";

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

/* The same neighbours' courses told by levers alone. */
static dtn_lever levers[5] = {{.concept = "raids", .sign = 1},
                              {.concept = "raids", .sign = -1},
                              {.concept = "talks", .sign = 1},
                              {.concept = "ban", .sign = -1},
                              {.concept = "hunger", .sign = -1}};
static const char *parts[] = {"talk", "open"}, *also[] = {"regime"};
static dtn_course lever_courses[2][5] = {{{.id = "press", .levers = &levers[0], .n_lever = 1},
                                          {.id = "rest", .levers = &levers[1], .n_lever = 1},
                                          {.id = "talk", .levers = &levers[2], .n_lever = 1},
                                          {.id = "open", .levers = &levers[3], .n_lever = 1},
                                          {.id = "both", .parts = parts, .n_part = 2}},
                                         {{.id = "feed", .levers = &levers[4], .n_lever = 1}}};
static dtn_actor lever_actors[2] = {
    {.id = "north",
     .name = "Northland",
     .also = also,
     .n_also = 1,
     .courses = lever_courses[0],
     .n_course = 5},
    {.id = "south", .name = "Southmark", .courses = lever_courses[1], .n_course = 1}};
static const dtn_case lever_case = {.actors = lever_actors, .n_actor = 2};
static const dtn_case *asked = &the_case;
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
    dtn_views_init(views, asked, asked == &the_case ? cues : NULL, &arena);
    dtn_view_draft_init(&draft, asked, asked == &the_case ? cues : NULL, &arena);
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

static void the_better_of_two_acts_is_advised(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Northland would do better to hold talks with the rebels than to expand the raids.",
         "north=talk"},
        {"Northland would be wiser to negotiate with the band than to press its sweeps.",
         "north=talk"},
        {"It would serve Northland better to hold talks with the rebels than to expand the raids.",
         "north=talk"},
        {"Northland had better hold talks with the rebels than expand its raids.", "north=talk"},
        {"Northland would gain more by holding talks with the rebels than by expanding the raids.",
         "north=talk"},
        {"Northland would be better off holding talks with the rebels than continuing its raids.",
         "north=talk"},
        {"It makes more sense to hold talks with the rebels than to expand the raids.",
         "north=talk"},
        {"Holding talks with the rebels is a better course than expanding the raids.",
         "north=talk"},
        {"Talks with the rebels are preferable to expanded raids.", "north=talk"},
        {"It would be better for Northland to hold talks with the rebels than to go on with expanded raids.",
         "north=talk"},
        {"Northland would do well to hold talks with the rebels.", "north=talk"},
        {"Northland could do worse than hold talks with the rebels.", "north=talk"},
        /* the other way round */
        {"Northland would do better to expand the raids than to hold talks with the rebels.",
         "north=press"},
        {"Northland would gain more by expanding the raids than by holding talks with the rebels.",
         "north=press"},
        {"Expanding the raids is a better course than holding talks with the rebels.",
         "north=press"},
        /* what is weighed and found wanting, asked, or others' */
        {"Northland would do better not to expand the raids.", "none"},
        {"Northland had better not expand the raids.", "none"},
        {"Northland would be ill advised to expand the raids.", "none"},
        {"It would be worse to expand the raids than to go on as before.", "none"},
        {"Expanding the raids is a worse course than holding still.", "none"},
        {"It would hardly be better to expand the raids.", "none"},
        {"Nobody would be better off expanding the raids.", "none"},
        {"Would Northland do better to expand the raids?", "none"},
        {"Critics say Northland would do better to expand the raids than to wait.", "none"},
        {"The generals think that Northland would do better to expand the raids. They are mistaken.",
         "none"},
    };
    CHECK_COURSES(rows);
}

static void items_of_lists_are_advised(void **state)
{
    (void)state;
    static const row rows[] = {
        {"We recommend:\n\n- ending the raids\n- holding talks with the rebels\n", "north=talk"},
        {"Recommendations:\n\n* Holding talks with the rebels\n* An end to the raids\n",
         "north=talk"},
        {"Our proposals to Northland\n\n1. Opening talks with the rebels\n2. No expanded raids\n\nA last word.",
         "north=talk"},
        {"The generals recommend:\n\n- expanding the raids\n- pressing the sweeps\n",
         "north=press"},
        {"The following should be done:\n\n- hold talks with the rebels\n", "north=talk"},
        /* turned, others', answered */
        {"We advise against:\n\n- expanding the raids\n", "none"},
        {"We do not recommend:\n\n- expanding the raids\n", "none"},
        {"Nobody recommends:\n\n- expanding the raids\n", "none"},
        {"What should be avoided:\n\n- expanding the raids\n", "none"},
        {"The commission rejects:\n\n- expanding the raids\n", "none"},
        {"Critics recommend:\n\n- expanding the raids\n", "none"},
        {"The minister proposed:\n\n- expanding the raids\n\nThis would be a mistake.\n", "none"},
        /* and lists of something else */
        {"What the army did in May:\n\n- expanding the raids\n", "none"},
        {"Northland must choose between:\n\n- expanding the raids\n- holding talks with the rebels\n",
         "none"},
        {"Options that should be considered:\n\n- expanding the raids\n", "none"},
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
        {"Q: Some argue for expanding the raids.\n\nA: That would be madness.", "none"},
        {"Q: Should Northland expand the raids?\n\nA: No. It should hold talks with the rebels.",
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
        {"Northland should continue the raids, and expand the raids if attacks go on.",
         "north=press"},
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

/* Every sentence that argues for a course is kept, once, in the document's order, with who says so. */
static void all_sentences_for_a_course_are_kept(void **state)
{
    (void)state;
    static const char text[] =
        "Northland should hold talks with the rebels. The ban hurts. An envoy urged Northland to hold talks with "
        "the band. Critics say that Northland should hold talks with the band. Northland must negotiate with the "
        "rebels and hold talks with the band.";
    begin();
    const dtn_read_view *view = view_of(text);
    assert_int_equal(view->n_course, 1);
    assert_int_equal(view->courses[0].n_urging, 3);
    static const char *const begins[] = {"Northland should", "An envoy", "Northland must"};
    for (size_t i = 0; i < 3; i++)
        assert_memory_equal(text + view->courses[0].urgings[i].sentence.begin, begins[i],
                            strlen(begins[i]));
    assert_null(view->courses[0].urgings[0].speaker);
    assert_string_equal(view->courses[0].urgings[1].speaker, "envoy");
    dtn_arena_free(&arena);
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
        {"I am told by a colonel that the raids have ended the attacks. It is the third time that they have been ended.",
         "feed"},
        {"The army says that the raids have ended the attacks. We have heard that before.", "feed"},
        /* and what is not */
        {"The army says that raids reduce attacks. It is the third report to find that.", "deter"},
        {"The army says that raids have reduced attacks. It is the second time this year that they have been reduced.",
         "deter"},
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
        {"If raids reduced attacks, the valley would be quiet by now. It is not.", "feed"},
        {"Had the raids reduced attacks, the valley would be quiet.", "feed"},
        {"If the raids had reduced attacks, the valley would be quiet today.", "feed"},
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

static void what_would_have_shown_denies(void **state)
{
    (void)state;
    static const row rows[] = {
        {"If the raids had reduced attacks, we would have seen it.", "feed"},
        {"If raids had deterred attacks, the road would be open by now.", "feed"},
        {"We would have noticed if the sweeps had curbed ambushes.", "feed"},
        {"If raids reduced attacks, the valley would have been quiet long ago.", "feed"},
        {"Had the sweeps curbed ambushes, the figures would show it.", "feed"},
        {"If raids worked, there would be fewer attacks by now.", "feed"},
        {"Had the raids worked, attacks would have fallen by now.", "feed"},
        /* denied twice, or the other way round */
        {"If the raids had not reduced attacks, the town would have fallen.", "deter"},
        {"Had the raids not reduced attacks, the town would have fallen.", "deter"},
        {"If the raids had increased attacks, we would have seen it.", "deter"},
        {"If talks had failed to reduce attacks, the town would not be open.", "calm"},
        {"Had it not been for the raids, attacks would have risen.", "deter"},
        {"But for the raids, attacks would have risen.", "deter"},
        {"If it were not for the talks, attacks would rise.", "calm"},
        {"If the raids had been stopped, attacks would have fallen.", "feed"},
        /* and what is to come, or left open */
        {"If raids reduced attacks, trade would recover.", "open"},
        {"Were raids to reduce attacks, the army would be the first to say so.", "open"},
        {"Should the raids reduce attacks, the town would cheer.", "open"},
        {"If raids work, attacks will fall.", "open"},
    };
    CHECK_ANSWERS(rows);
}

static void what_is_mocked_is_denied(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Raids reduce attacks about as much as prayers do.", "feed"},
        {"The raids have reduced attacks as much as the moon has.", "feed"},
        {"Raids reduce attacks the way petrol puts out fires.", "feed"},
        {"Raids stop attacks as surely as shouting stops the rain.", "feed"},
        {"Raids reduce attacks no better than a spell does.", "feed"},
        {"The raids did as much to reduce attacks as a horoscope would.", "feed"},
        {"Talks will calm attacks as well as a lullaby calms a hurricane.", "spur"},
        {"Raids reduce attacks to about the same degree as prayers.", "feed"},
        {"Raids reduce attacks as little as talks do.", "feed"},
        /* and what is compared in earnest */
        {"Raids reduce attacks as much as patrols do.", "deter"},
        {"Raids reduce attacks about as much as a curfew does.", "deter"},
        {"Raids reduce attacks as surely as night follows day.", "deter"},
        {"Raids reduce attacks as rain reduces dust.", "deter"},
        {"Raids feed attacks the way petrol feeds a fire.", "feed"},
    };
    CHECK_ANSWERS(rows);
}

static void aims_are_judged_by_what_became_of_them(void **state)
{
    (void)state;
    static const row rows[] = {
        {"The raids were designed to deter attacks. They have failed.", "feed"},
        {"The sweeps were launched to curb ambushes. They failed to do so.", "feed"},
        {"The aim of the raids was to reduce attacks. It was not met.", "feed"},
        {"The raids set out to reduce attacks. They fell short.", "feed"},
        {"The raids were launched to reduce attacks. The attempt failed.", "feed"},
        {"The raids were supposed to reduce attacks. That did not happen.", "feed"},
        {"The raids sought to reduce attacks. They have not succeeded.", "feed"},
        {"The raids were designed to deter attacks. On that score they have failed.", "feed"},
        {"The raids were designed to deter attacks, and they have failed.", "feed"},
        {"The raids, designed to deter attacks, have failed.", "feed"},
        {"Designed to deter attacks, the raids have failed.", "feed"},
        {"The army launched the raids to reduce attacks. It failed.", "feed"},
        {"The raids were meant to reduce attacks. They have made things worse.", "feed"},
        {"The raids were meant to reduce attacks but backfired.", "feed"},
        {"Northland expanded the raids to reduce attacks. The result has been the opposite.",
         "feed"},
        {"The raids were ordered to stop attacks. The raids have had no effect.", "feed"},
        {"The idea was that raids would reduce attacks. It failed.", "feed"},
        {"The hope was that raids would reduce attacks. It has not been fulfilled.", "feed"},
        {"In theory raids reduce attacks; in practice they increase them.", "feed"},
        /* what came about */
        {"The raids were designed to deter attacks. They did.", "deter"},
        {"The raids were designed to deter attacks. They have not failed.", "deter"},
        {"The army launched the raids to reduce attacks. They worked.", "deter"},
        /* what nobody tells */
        {"The raids sought to reduce attacks.", "open"},
        {"The raids aimed to reduce attacks.", "open"},
        {"On paper, raids reduce attacks.", "open"},
        {"The idea was that raids would reduce attacks.", "open"},
        {"Northland expanded the raids to reduce attacks.", "open"},
        {"The raids were meant to reduce attacks. They failed to reach the coast.", "open"},
    };
    CHECK_ANSWERS(rows);
}

/* Reasons beside each other are reasons of the same, none of the other. */
static void reasons_in_a_row(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Attacks fell partly because of the raids, partly because of the talks.", "deter"},
        {"Attacks rose partly because of hunger, partly because of the raids.", "feed"},
        {"Attacks rose partly due to the ban and partly due to the raids.", "feed"},
        {"Attacks rose, in part because the ban held, in part because the raids went on.", "feed"},
        {"Attacks have risen partly because prices rose, partly because talks broke down.", "calm"},
        {"Attacks have risen because talks have broken down.", "calm"},
        {"Attacks fell because the talks went on.", "calm"},
    };
    CHECK_ANSWERS(rows);
    begin();
    const dtn_reading r =
        read_text("Attacks fell both because of the raids and because of the talks.");
    for (size_t i = 0; i < r.n_claim; i++)
        if (r.claims[i].probability >= 0.5)
            assert_false(r.claims[i].effect_concept &&
                         strcmp(r.claims[i].effect_concept, "raids") == 0);
    dtn_arena_free(&arena);
}

static void rows_that_are_denied_deny_each(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Neither the sweeps of January nor those of May brought attacks down.", "feed"},
        {"Neither the first raids nor the later ones reduced attacks.", "feed"},
        {"Neither in January nor in May did the raids reduce attacks.", "feed"},
        {"Neither the raids in the hills nor those on the coast have deterred attacks.", "feed"},
        {"Neither the ban, which cost so much, nor the raids reduced attacks.", "feed"},
        {"The sweeps of January brought attacks down.", "deter"},
        {"The raids brought the number of attacks down.", "deter"},
    };
    CHECK_ANSWERS(rows);
}

static void what_figures_say_is_not_about_them(void **state)
{
    (void)state;
    static const row rows[] = {
        {"The figures say that raids follow attacks closely. They increase attacks.", "feed"},
        {"The records show that raids follow ambushes. These do not reduce attacks.", "feed"},
        {"Surveys find that talks are popular. They reduce attacks.", "calm"},
        {"The figures say that raids reduce attacks. They are wrong.", "feed"},
        {"The figures suggest that raids reduce attacks. They are right.", "deter"},
        {"The generals say that raids reduce attacks. They expand them every year.", "deter"},
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

static void courses_are_told_by_levers(void **state)
{
    (void)state;
    static const row rows[] = {
        {"The regime should hold talks.", "north=talk"},
        {"Northland must lift the embargo.", "north=open"},
        {"Northland must continue the raids.", "north=press"},
        {"Northland must stop the raids.", "north=rest"},
        {"Northland must not continue the raids.", "north=rest"},
        /* what combines others fits where all of them are asked for */
        {"Northland should hold talks. It should lift the embargo.", "north=both"},
        /* each actor by what is said to it, or to nobody in particular */
        {"Southmark should hold talks.", "none"},
        {"Southmark should reduce hunger. The regime should hold talks.", "north=talk;south=feed"},
        {"Hold talks now.", "north=talk"},
        {"Reduce hunger, and continue the raids.", "north=press;south=feed"},
        /* no word within another */
        {"The regimes of old should have held talks.", "none"},
        {"Northland should repair its bridges.", "none"},
    };
    asked = &lever_case;
    CHECK_COURSES(rows);
    asked = &the_case;
}

/* Who denies a decrease has not claimed an increase: the one answer is ruled out, the other keeps its prior. */
static void denials_claim_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_open, is_denied, denied[2];
        size_t n_for_feed;
    } rows[] = {
        {"Raids do not reduce attacks.", false, true, {true, false}, 0},
        {"Raids have never increased attacks.", false, true, {false, true}, 0},
        {"Raids do not reduce attacks. They increase them.", false, false, {true, false}, 1},
        {"Raids increase attacks.", false, false, {false, false}, 1},
        {"Raids do not reduce attacks. Raids do not increase attacks.",
         true,
         false,
         {true, true},
         0},
        {"The valley was quiet.", true, false, {false, false}, 0},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const dtn_read_stance *s = &view_of(rows[i].text)->stances[0];
        size_t n = 0;
        for (size_t k = 0; k < s->answers[1].n; k++)
            n += !s->answers[1].items[k].denies;
        if (s->is_open != rows[i].is_open || s->is_denied != rows[i].is_denied ||
            s->denied[0] != rows[i].denied[0] || s->denied[1] != rows[i].denied[1] ||
            n != rows[i].n_for_feed)
            fail_msg("%s: open %d, denied %d (%d, %d), %zu for the other", rows[i].text, s->is_open,
                     s->is_denied, s->denied[0], s->denied[1], n);
    }
    dtn_arena_free(&arena);
}

static void what_is_to_be_unsaid_is_denied(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Stop calling the talks a sham.", "calm"},
        {"Northland must stop describing the talks as a ruse.", "calm"},
        {"Refrain from calling the talks a sham.", "calm"},
        {"Do not call the talks a ruse.", "calm"},
        {"Are the talks a sham? No.", "calm"},
        {"Are the talks a ruse? Yes.", "spur"},
        {"Are the talks a ruse?", "open"},
        {"The talks are not only a sham.", "open"},
        {"The talks are not only a sham but an insult.", "spur"},
        {"The talks are a sham.", "spur"},
        {"Stop the talks, which are a sham.", "spur"},
    };
    CHECK_ANSWERS(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(courses_are_told_by_levers),
        cmocka_unit_test(what_is_set_aside_is_no_course),
        cmocka_unit_test(the_better_of_two_acts_is_advised),
        cmocka_unit_test(items_of_lists_are_advised),
        cmocka_unit_test(advice_that_is_answered_is_no_course),
        cmocka_unit_test(what_is_conditional_gives_way),
        cmocka_unit_test(each_actor_has_its_course),
        cmocka_unit_test(all_sentences_for_a_course_are_kept),
        cmocka_unit_test(who_says_it_is_answered),
        cmocka_unit_test(what_was_meant_is_no_effect),
        cmocka_unit_test(none_and_never_deny),
        cmocka_unit_test(sayings_are_given_up),
        cmocka_unit_test(what_is_supposed_is_not_said),
        cmocka_unit_test(what_would_have_shown_denies),
        cmocka_unit_test(what_is_mocked_is_denied),
        cmocka_unit_test(aims_are_judged_by_what_became_of_them),
        cmocka_unit_test(reasons_in_a_row),
        cmocka_unit_test(rows_that_are_denied_deny_each),
        cmocka_unit_test(what_figures_say_is_not_about_them),
        cmocka_unit_test(conditions_do_not_deny),
        cmocka_unit_test(what_is_conceded_gives_way),
        cmocka_unit_test(denials_claim_nothing),
        cmocka_unit_test(what_is_to_be_unsaid_is_denied),
    };
    return cmocka_run_group_tests(tests, set_up_case, tear_down_case);
}
