/**
 * The sequential objects that histories are judged against.
 *
 * <ul>
 *   <li>{@link dev.danta.check.model.RegisterModel}: one cell, read, write and compare-and-set.
 *   <li>{@link dev.danta.check.model.KeyValueModel}: one such cell per key, with delete, put-if-absent and append; every
 *       key is a partition.
 *   <li>{@link dev.danta.check.model.BoundedCounterModel}: numbers between a floor and a ceiling, such as stock or
 *       budgets, where a refusal is an answer that must be explained too; every key is a partition.
 *   <li>{@link dev.danta.check.model.MultiRegisterModel}: several cells, read and written at once.
 *   <li>{@link dev.danta.check.model.MutexModel}: a lock.
 * </ul>
 *
 * <p>Inputs and outputs are records inside each model. What the dialects of recorded histories leave open (does a failed
 * compare-and-set prove that the value differed, is a read of nothing an observation) is a setting of the model and
 * never a guess. A <em>cell</em> is a value or its absence.
 */
@NullMarked
package dev.danta.check.model;

import org.jspecify.annotations.NullMarked;
