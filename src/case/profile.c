/* Profiles: which course each actor follows.
 *
 * A label lists the actors in the case's order, those without a course left out:
 * "north=restraint;south=curbs". It is the name of a profile in every output and the
 * text that --policy and --reference take. "reference" is the case's own reference, whatever
 * courses it holds; "none" is the profile with no course at all, which is the reference when
 * the case's reference has none.
 */
#include <string.h>

#include "base/nearest.h"
#include "case/reader.h"

static uint32_t find_actor(const dtn_case *c, const char *id, size_t n)
{
    for (uint32_t i = 0; i < c->n_actor; i++)
        if (strlen(c->actors[i].id) == n && memcmp(c->actors[i].id, id, n) == 0)
            return i;
    return DTN_NONE;
}

static uint32_t find_course(const dtn_actor *actor, const char *id, size_t n)
{
    for (uint32_t i = 0; i < actor->n_course; i++)
        if (strlen(actor->courses[i].id) == n && memcmp(actor->courses[i].id, id, n) == 0)
            return i;
    return DTN_NONE;
}

/* Known ids for a hint, the nearest alone when one is near. */
static const char *actor_hint(const dtn_case *c, const char *wanted)
{
    dtn_nearest nearest;
    const char *list = "actors:";
    dtn_nearest_init(&nearest, wanted);
    for (size_t i = 0; i < c->n_actor; i++) {
        dtn_nearest_add(&nearest, c->actors[i].id);
        list = dtn_arena_printf(c->arena, "%s%s %s", list, i ? "," : "", c->actors[i].id);
    }
    return nearest.best ? dtn_arena_printf(c->arena, "did you mean `%s`?", nearest.best) : list;
}

static const char *course_hint(const dtn_case *c, const dtn_actor *actor, const char *wanted)
{
    dtn_nearest nearest;
    const char *list = dtn_arena_printf(c->arena, "courses of %s:", actor->id);
    dtn_nearest_init(&nearest, wanted);
    for (size_t i = 0; i < actor->n_course; i++) {
        dtn_nearest_add(&nearest, actor->courses[i].id);
        list = dtn_arena_printf(c->arena, "%s%s %s", list, i ? "," : "", actor->courses[i].id);
    }
    return nearest.best ? dtn_arena_printf(c->arena, "did you mean `%s`?", nearest.best) : list;
}

/* A course without its actor: none of that name, or of several actors. */
static void report_bare_course(const dtn_case *c, const char *text, dtn_diags *diags)
{
    const dtn_pos nowhere = {0};
    const char *forms = "", *all = "";
    size_t n_found = 0;
    dtn_nearest nearest;
    dtn_nearest_init(&nearest, text);
    for (size_t a = 0; a < c->n_actor; a++)
        for (size_t i = 0; i < c->actors[a].n_course; i++) {
            const char *id = c->actors[a].courses[i].id;
            dtn_nearest_add(&nearest, id);
            all = dtn_arena_printf(c->arena, "%s%s%s", all, *all ? ", " : "", id);
            if (strcmp(id, text) == 0)
                forms = dtn_arena_printf(c->arena, "%s%s%s=%s", forms, n_found++ ? ", " : "",
                                         c->actors[a].id, id);
        }
    if (n_found == 1)
        dtn_diags_add(diags, 605, nowhere,
                      dtn_arena_printf(c->arena,
                                       "among several courses each has its actor: %s;actor=course",
                                       forms),
                      "`%s` is a course; which actor takes it is not said", text);
    else if (n_found > 0)
        dtn_diags_add(diags, 605, nowhere, dtn_arena_printf(c->arena, "write one of %s", forms),
                      "`%s` is a course of %zu actors", text, n_found);
    else
        dtn_diags_add(diags, 605, nowhere,
                      nearest.best ? dtn_arena_printf(c->arena, "did you mean `%s`?", nearest.best)
                                   : dtn_arena_printf(c->arena,
                                                      "its courses: %s; of several actors as "
                                                      "actor=course;actor=course",
                                                      all),
                      "the case has no course `%s`", text);
}

const char *dtn_case_courses(const dtn_case *c, const dtn_profile *profile, dtn_arena *arena)
{
    const char *label = "";
    for (size_t i = 0; i < c->n_actor; i++)
        if (profile->course[i] != DTN_NONE)
            label = dtn_arena_printf(arena, "%s%s%s=%s", label, *label ? ";" : "", c->actors[i].id,
                                     c->actors[i].courses[profile->course[i]].id);
    return *label ? label : "none";
}

static void set_label(const dtn_case *c, dtn_profile *profile)
{
    profile->label = dtn_case_courses(c, profile, c->arena);
}

static dtn_profile empty_profile(const dtn_case *c)
{
    dtn_profile profile = {.course = DTN_NEW_N(c->arena, uint32_t, c->n_actor + 1)};
    for (size_t i = 0; i < c->n_actor; i++)
        profile.course[i] = DTN_NONE;
    return profile;
}

static bool is_same(const dtn_case *c, const dtn_profile *a, const dtn_profile *b)
{
    return c->n_actor == 0 || memcmp(a->course, b->course, c->n_actor * sizeof *a->course) == 0;
}

/* Give actor `actor` the course `course`; false after a diagnostic. */
static bool choose(const dtn_case *c, dtn_profile *profile, const char *actor, size_t n_actor,
                   const char *course, size_t n_course, dtn_pos pos, dtn_diags *diags)
{
    const uint32_t a = find_actor(c, actor, n_actor);
    if (a == DTN_NONE) {
        const char *text = dtn_arena_strndup(c->arena, actor, n_actor);
        dtn_diags_add(diags, 605, pos, actor_hint(c, text), "`%s` is not an actor of the case",
                      text);
        return false;
    }
    if (profile->course[a] != DTN_NONE) {
        dtn_diags_add(diags, 606, pos, "give each actor one course",
                      "`%s` has two courses in one profile", c->actors[a].id);
        return false;
    }
    profile->course[a] = find_course(&c->actors[a], course, n_course);
    if (profile->course[a] != DTN_NONE)
        return true;
    const char *text = dtn_arena_strndup(c->arena, course, n_course);
    dtn_diags_add(diags, 605, pos, course_hint(c, &c->actors[a], text),
                  "`%s` is not a course of `%s`", text, c->actors[a].id);
    return false;
}

/* ---- From case.yaml ---------------------------------------------------------------- */

static bool read_profile(dtn_case_reader *r, const dtn_yaml_node *node, dtn_profile *out)
{
    bool is_good = true;
    *out = empty_profile(r->c);
    if (!dtn_schema_is(&r->schema, node, DTN_YAML_MAPPING, "a profile"))
        return false;
    for (size_t i = 0; i < node->n; i++) {
        const char *actor = node->keys[i]->text;
        const char *course = dtn_schema_text(&r->schema, node->values[i], actor);
        is_good = course &&
                  choose(r->c, out, actor, strlen(actor), course, strlen(course),
                         node->keys[i]->pos, r->diags) &&
                  is_good;
    }
    set_label(r->c, out);
    return is_good;
}

static void add_profile(dtn_case_reader *r, dtn_profile profile, dtn_pos pos)
{
    dtn_case *c = r->c;
    for (size_t i = 0; i < c->n_profile; i++) {
        if (is_same(c, &c->profiles[i], &profile)) {
            dtn_diags_add(r->diags, 606, pos, "keep one of the two",
                          "the profile `%s` is listed twice", profile.label);
            return;
        }
    }
    DTN_PUSH(r->arena, c->profiles, c->n_profile, c->cap_profile, profile);
}

/* Every combination of the actors' courses, the last actor's changing fastest. */
static void add_all_profiles(dtn_case_reader *r, dtn_pos pos)
{
    const dtn_case *c = r->c;
    size_t n = 1;
    for (size_t i = 0; i < c->n_actor; i++)
        n = n <= DTN_CASE_MAX_PROFILES ? n * c->actors[i].n_course : n;
    if (n > DTN_CASE_MAX_PROFILES) {
        dtn_diags_add(r->diags, 604, pos, "list the profiles to compare",
                      "`all` means more than %d profiles", DTN_CASE_MAX_PROFILES);
        return;
    }
    for (size_t k = 0; k < n; k++) {
        dtn_profile profile = empty_profile(c);
        size_t left = k;
        for (size_t i = c->n_actor; i-- > 0; left /= c->actors[i].n_course)
            profile.course[i] = (uint32_t)(left % c->actors[i].n_course);
        set_label(c, &profile);
        add_profile(r, profile, pos);
    }
}

static void read_reference(dtn_case_reader *r)
{
    const dtn_yaml_node *node = dtn_yaml_find(r->root, "reference");
    if (node)
        read_profile(r, node, &r->c->reference);
    else
        r->c->reference = empty_profile(r->c);
    r->c->reference.label = "reference";
}

void dtn_case_read_profiles(dtn_case_reader *r)
{
    const dtn_yaml_node *node = dtn_yaml_find(r->root, "profiles");
    read_reference(r);
    if (!node || (node->kind == DTN_YAML_SCALAR && strcmp(node->text, "all") == 0)) {
        if (r->c->n_actor)
            add_all_profiles(r, node ? node->pos : r->root->pos);
        return;
    }
    if (!dtn_schema_is(&r->schema, node, DTN_YAML_SEQUENCE, "profiles"))
        return;
    for (size_t i = 0; i < node->n; i++) {
        dtn_profile profile;
        if (read_profile(r, node->values[i], &profile))
            add_profile(r, profile, node->values[i]->pos);
    }
}

/* ---- From the command line ----------------------------------------------------------- */

dtn_status dtn_case_parse_profile(dtn_case *c, const char *text, dtn_profile *out, dtn_diags *diags)
{
    const dtn_pos nowhere = {0};
    *out = empty_profile(c);
    while (*text) {
        const size_t n = strcspn(text, ";"), n_actor = strcspn(text, "=;");
        if (n_actor >= n) {
            report_bare_course(c, dtn_arena_strndup(c->arena, text, n), diags);
            return DTN_E_INPUT;
        }
        if (!choose(c, out, text, n_actor, text + n_actor + 1, n - n_actor - 1, nowhere, diags))
            return DTN_E_INPUT;
        text += n;
        text += *text == ';';
    }
    set_label(c, out);
    return DTN_OK;
}

static dtn_status parse_guarded(dtn_case *c, const char *text, dtn_profile *out, dtn_diags *diags)
{
    if (DTN_ARENA_GUARD(c->arena))
        return DTN_E_MEMORY;
    return dtn_case_parse_profile(c, text, out, diags);
}

dtn_status dtn_case_profile(dtn_case *c, const char *text, dtn_profile *out, dtn_diags *diags)
{
    dtn_profile profile = {0};
    if (strcmp(text, "reference") == 0) {
        *out = c->reference;
        return DTN_OK;
    }
    if (!*text) /* an empty argument is a slip, not a profile */
        text = ";";
    DTN_TRY(parse_guarded(c, strcmp(text, "none") == 0 ? "" : text, &profile, diags));
    *out = is_same(c, &profile, &c->reference) ? c->reference : profile;
    return DTN_OK;
}
