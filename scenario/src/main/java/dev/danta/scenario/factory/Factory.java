package dev.danta.scenario.factory;

import dev.danta.check.CheckOptions;
import dev.danta.scenario.Application;

/**
 * The automated warehouse, and its laws:
 *
 * <ul>
 *   <li>W1: no bin is below nothing, and of no reservation more is picked than it has.
 *   <li>W2: what cannot be back-ordered is not sold beyond what came in and was not lost before; a loss that leaves less than
 *       is promised is said.
 *   <li>W3: what can be back-ordered is oversold within its budget.
 *   <li>W4: of each reservation what was picked, what was released and what is open is what was reserved.
 *   <li>W5: an order has all of its items or none.
 *   <li>W6: no two orders have one code.
 *   <li>W7: moves conserve.
 *   <li>W8: no slot is used beyond its capacity, and none is refused that has space.
 *   <li>W9: after quiet, views are what events come to, and no event that was acknowledged is missing; so are those that
 *       follow what changes: the list to re-order, and the slots that are booked on machines that are down.
 * </ul>
 */
public final class Factory {
    static final String NAME = "factory";

    private Factory() {}

    /** A usual day. */
    public static Application steady(Size size) {
        return new Steady(size);
    }

    /**
     * Sales, one after the other, of so many units of one product each, to so many buyers of one each: judged by W2, all of them
     * are sold to buyers who know it, and W5, nobody is told both yes and no.
     *
     * @param salesMax how many sales there are at most
     * @param mayDie whether clients may die, with what they had set aside: then what was bought of it just then is not known
     * @param options for the search for an order that explains all answers
     */
    public static Application flash(long units, long buyers, int salesMax, boolean mayDie, CheckOptions options) {
        return new Flash(units, buyers, salesMax, mayDie, options);
    }

    /** So many places along which units are handed on, one at a time: judged by W1 and W7. */
    public static Application ring(int places) {
        return new Ring(places);
    }
}
