/**
 * The architecture as failing tests. A <em>row</em> is a module's line of the import table; a <em>ban</em> is something
 * the deterministic core may not touch; an <em>allowance</em> is an exception to a rule, written beside it with its
 * reason; a <em>fixture</em> is a small class, bad on purpose, which shows that a rule can fail.
 *
 * <p>{@link dev.danta.architecture.ImportTable} says who may import whom, {@link dev.danta.architecture.CoreLaws} what
 * the core may not touch, {@link dev.danta.architecture.Boundaries} where foreign types must stop, and
 * {@link dev.danta.architecture.HouseRules} how packages, statics and public types look. Each has its test, which runs
 * it first over the product and then over its fixtures.
 */
@NullMarked
package dev.danta.architecture;

import org.jspecify.annotations.NullMarked;
