/**
 * A cluster of processes under load, to which one thing after another happens: nodes come, go, die, lose their disks and get
 * old ones back, whoever looks after changes is killed while it does, and the nodes cannot agree on anything for a while.
 *
 * <ul>
 *   <li>{@link dev.danta.cli.campaign.Campaign} tells what happens, and {@link dev.danta.cli.campaign.CampaignSettings} how
 *       large everything is; {@link dev.danta.cli.campaign.CampaignReport} is what came of it.
 *   <li>{@link dev.danta.cli.campaign.ListsCampaign} is another, of transactions over lists, with one fault after another as a
 *       seed draws them; with {@link dev.danta.cli.campaign.ListsSettings}, a {@link dev.danta.cli.campaign.ListsReport} and a
 *       load of its own, {@code ListsLoad}.
 *   <li>{@code ClusterWatch} asks nodes how they are, until they are as they should be.
 * </ul>
 *
 * <p>Words: a <em>chapter</em> is one such thing, from the order until it is done; the load's phases are called after chapters,
 * with {@code calm} between them.
 */
@NullMarked
package dev.danta.cli.campaign;

import org.jspecify.annotations.NullMarked;
