/* Graphical functions of an XMILE file: <gf>.
 *
 *   <ypts>           the values, separated by commas or by what sep="..." says
 *   <xpts>           their places, in order; without them they are spread over <xscale>
 *   <yscale>         of the drawing, kept
 *   type="..."       continuous, extrapolate, discrete; before XMILE 1.0: discrete="true"
 *
 * A table that cannot be read is reported where it stands, and there is none.
 */
#include "format/xmile.h"

#include <string.h>

static void bad_table(dtn_xmile *x, const xmlNode *node, const char *hint, const char *what)
{
    dtn_diags_add(x->diags, 107, dtn_xmile_pos(x, node), hint, "graphical function: %s", what);
}

static bool is_blank_text(const char *text) { return text[strspn(text, " \t\r\n")] == '\0'; }

/* The next number before `sep`, or (false) none. Separators of white space may repeat. */
static bool next_point(const char **rest, const char *sep, const char **point, size_t *n)
{
    const char *at = *rest, *end;

    if (at == NULL)
        return false;
    if (is_blank_text(sep)) {
        at += strspn(at, " \t\r\n");
        end = at + strcspn(at, " \t\r\n");
        *rest = is_blank_text(end) ? NULL : end;
    } else {
        end = strstr(at, sep);
        *rest = end != NULL ? end + strlen(sep) : NULL;
        end = end != NULL ? end : at + strlen(at);
        at += strspn(at, " \t\r\n");
    }
    while (end > at && is_blank_text((const char[]){end[-1], '\0'}))
        end--;
    *point = at;
    *n = end > at ? (size_t)(end - at) : 0;
    return true;
}

/* Numbers of <xpts> or <ypts>; NULL with a diagnostic where one is malformed. */
static double *read_points(dtn_xmile *x, const xmlNode *node, size_t *n_out)
{
    const char *sep = dtn_xmile_attr(x, node, "sep");
    const char *text = dtn_xmile_text(x, node, NULL), *point = NULL;
    double *points = NULL;
    size_t n = 0, cap = 0, n_point = 0;

    if (sep == NULL)
        sep = ",";
    else if (sep[0] == '\0')
        sep = " "; /* the attribute's white space was trimmed */
    if (text[0] == '\0') {
        bad_table(x, node, "write numbers into it", "it has no points");
        return NULL;
    }
    while (next_point(&text, sep, &point, &n_point)) {
        double value = 0.0;

        if (!dtn_text_to_double(point, n_point, &value)) {
            dtn_diags_add(x->diags, 107, dtn_xmile_pos(x, node),
                          "separate numbers by commas, or name the separator in sep=\"...\"",
                          "graphical function: '%.*s' is not a number",
                          (int)(n_point < 40 ? n_point : 40), point);
            return NULL;
        }
        DTN_PUSH(x->arena, points, n, cap, value);
    }
    *n_out = n;
    return points;
}

static bool read_scale(dtn_xmile *x, const xmlNode *gf, const char *tag, double *min, double *max)
{
    const xmlNode *node = dtn_xmile_child(x, gf, tag);

    return node != NULL && dtn_xmile_number_attr(x, node, "min", min) &&
           dtn_xmile_number_attr(x, node, "max", max);
}

static bool spread_x(dtn_xmile *x, const xmlNode *gf, dtn_lookup *lookup)
{
    double min = 0.0, max = 0.0;

    if (!read_scale(x, gf, "xscale", &min, &max)) {
        bad_table(x, gf, "add <xscale min=\"0\" max=\"1\"/> or <xpts>",
                  "its x values are not given");
        return false;
    }
    if (lookup->n > 1 && !(min < max)) {
        bad_table(x, gf, "give <xscale> a min below its max", "its x scale is empty");
        return false;
    }
    lookup->x = DTN_NEW_N(x->arena, double, lookup->n);
    for (size_t i = 0; i < lookup->n; i++) {
        lookup->x[i] = i + 1 == lookup->n && i > 0
                           ? max
                           : min + (max - min) * (double)i / (double)(lookup->n - 1 + (i == 0));
    }
    return true;
}

static bool read_x(dtn_xmile *x, const xmlNode *gf, dtn_lookup *lookup)
{
    const xmlNode *xpts = dtn_xmile_child(x, gf, "xpts");
    size_t n = 0;

    if (xpts == NULL)
        return spread_x(x, gf, lookup);
    lookup->x = read_points(x, xpts, &n);
    if (lookup->x == NULL)
        return false;
    if (n != lookup->n) {
        dtn_diags_add(x->diags, 107, dtn_xmile_pos(x, xpts), "give as many <xpts> as <ypts>",
                      "graphical function: %zu x values for %zu y values", n, lookup->n);
        return false;
    }
    for (size_t i = 1; i < n; i++) {
        if (lookup->x[i] < lookup->x[i - 1]) {
            bad_table(x, xpts, "put the points in order of x", "its x values decrease");
            return false;
        }
    }
    dtn_lookup_tell_jumps(lookup, dtn_xmile_pos(x, xpts), x->diags);
    return true;
}

static dtn_lookup_kind read_gf_kind(dtn_xmile *x, const xmlNode *gf)
{
    const char *type = dtn_xmile_attr(x, gf, "type");
    const char *discrete = dtn_xmile_attr(x, gf, "discrete"); /* before XMILE 1.0 */

    if (type == NULL)
        return discrete != NULL && strcmp(discrete, "true") == 0 ? DTN_LOOKUP_DISCRETE
                                                                 : DTN_LOOKUP_CONTINUOUS;
    if (strcmp(type, "extrapolate") == 0)
        return DTN_LOOKUP_EXTRAPOLATE;
    if (strcmp(type, "discrete") == 0)
        return DTN_LOOKUP_DISCRETE;
    if (strcmp(type, "continuous") != 0) {
        dtn_diags_add(x->diags, 107, dtn_xmile_pos(x, gf),
                      "write continuous, extrapolate or discrete",
                      "graphical function: type '%s' is not known", type);
    }
    return DTN_LOOKUP_CONTINUOUS;
}

dtn_lookup *dtn_xmile_read_gf(dtn_xmile *x, const xmlNode *gf)
{
    const xmlNode *ypts = dtn_xmile_child(x, gf, "ypts");
    dtn_lookup *lookup = DTN_NEW(x->arena, dtn_lookup);

    if (ypts == NULL) {
        bad_table(x, gf, "add <ypts>0,1</ypts>", "it has no <ypts>");
        return NULL;
    }
    lookup->pos = dtn_xmile_pos(x, gf);
    lookup->kind = read_gf_kind(x, gf);
    lookup->y = read_points(x, ypts, &lookup->n);
    if (lookup->y == NULL || !read_x(x, gf, lookup))
        return NULL;
    lookup->has_range = read_scale(x, gf, "xscale", &lookup->x_min, &lookup->x_max) &&
                        read_scale(x, gf, "yscale", &lookup->y_min, &lookup->y_max);
    return lookup;
}
