/* Units as NetCDF files have them.
 *
 * CF wants units that UDUNITS reads. A model's "Person/Week" is none of them: nothing that counts
 * people is in UDUNITS's database. So a unit is translated where every name in it is known there, and
 * is said to have no translation otherwise; nothing is guessed from a part of it.
 *
 * Names are matched without case and without a plural's s, symbols exactly (mW and MW). Left out on
 * purpose: what UDUNITS takes for something else than most people (ton, billion, m, s, g, a).
 *
 * Sources: CF conventions 1.10, section 3.1; UDUNITS-2's database (udunits2-*.xml).
 */
#include "store/netcdf.h"

#include <stdlib.h>
#include <string.h>

typedef struct name_pair {
    const char *model, *file;
} name_pair;

static const name_pair words[] = {{"second", "second"},
                                  {"sec", "second"},
                                  {"minute", "minute"},
                                  {"hour", "hour"},
                                  {"hr", "hour"},
                                  {"day", "day"},
                                  {"week", "week"},
                                  {"month", "month"},
                                  {"year", "year"},
                                  {"yr", "year"},
                                  {"meter", "meter"},
                                  {"metre", "meter"},
                                  {"kilometer", "kilometer"},
                                  {"kilometre", "kilometer"},
                                  {"kilogram", "kilogram"},
                                  {"gram", "gram"},
                                  {"tonne", "tonne"},
                                  {"liter", "liter"},
                                  {"litre", "liter"},
                                  {"hectare", "hectare"},
                                  {"acre", "acre"},
                                  {"kelvin", "kelvin"},
                                  {"celsius", "degree_C"},
                                  {"degree celsius", "degree_C"},
                                  {"joule", "joule"},
                                  {"watt", "watt"},
                                  {"newton", "newton"},
                                  {"pascal", "pascal"},
                                  {"mole", "mole"},
                                  {"hertz", "hertz"},
                                  {"radian", "radian"},
                                  {"percent", "percent"},
                                  {"mile", "mile"}};

static const name_pair symbols[] = {
    {"kg", "kg"}, {"km", "km"}, {"mm", "mm"}, {"cm", "cm"},    {"ha", "hectare"}, {"kW", "kW"},
    {"MW", "MW"}, {"GW", "GW"}, {"TW", "TW"}, {"kJ", "kJ"},    {"MJ", "MJ"},      {"GJ", "GJ"},
    {"EJ", "EJ"}, {"Hz", "Hz"}, {"Pa", "Pa"}, {"%", "percent"}};

/* Lower case, blanks for underscores. */
static const char *plain_word(dtn_arena *arena, const char *text, size_t n)
{
    char *out = dtn_arena_strndup(arena, text, n);
    for (size_t i = 0; i < n; i++)
        out[i] = out[i] == '_'                    ? ' '
                 : out[i] >= 'A' && out[i] <= 'Z' ? (char)(out[i] - 'A' + 'a')
                                                  : out[i];
    return out;
}

static const char *known(dtn_arena *arena, const char *text, size_t n)
{
    const char *word = plain_word(arena, text, n);
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
        if (strlen(symbols[i].model) == n && memcmp(symbols[i].model, text, n) == 0)
            return symbols[i].file;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(words[i].model, word, strlen(words[i].model)) == 0 &&
            (n == strlen(words[i].model) || strcmp(word + strlen(words[i].model), "s") == 0))
            return words[i].file;
    return NULL;
}

/* One factor, "Name" or "Name^3"; false: UDUNITS does not know it, or not such a power. */
static bool add_factor(dtn_arena *arena, const char *text, size_t n, int side, const char **out)
{
    const char *hat = memchr(text, '^', n);
    const size_t n_name = hat ? (size_t)(hat - text) : n;
    int power = side;
    if (n_name == 1 && *text == '1')
        return true;
    if (hat) {
        char *end = NULL;
        const char *digits = dtn_arena_strndup(arena, hat + 1, n - n_name - 1);
        const long value = strtol(digits, &end, 10);
        if (end == digits || *end || value < 1 || value > 99)
            return false;
        power *= (int)value;
    }
    const char *name = known(arena, text, n_name);
    if (!name)
        return false;
    *out = dtn_arena_printf(arena, power == 1 ? "%s%s%s" : "%s%s%s%d", *out, **out ? " " : "", name,
                            power);
    return true;
}

const char *dtn_nc_units(dtn_arena *arena, const char *unit)
{
    const char *out = "";
    int side = 1;
    if (strcmp(unit, "Dmnl") == 0)
        return "1";
    for (const char *p = unit; *p;) {
        if (*p == '(' || *p == ')' || *p == '*') {
            p++;
        } else if (*p == '/') {
            side = -1;
            p++;
        } else {
            const size_t n = strcspn(p, "()*/");
            if (!add_factor(arena, p, n, side, &out))
                return NULL;
            p += n;
        }
    }
    return *out ? out : NULL;
}
