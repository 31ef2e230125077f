using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>A network of several members, in one piece as it scores and taken apart as it trains.</summary>
internal static class NetworkMembers
{
    /// <summary>How many members a network has.</summary>
    public static int Count(NetworkDefinition network) => network.Layers[^1] is Ensemble ensemble ? ensemble.Members : 1;

    /// <summary>The network of so many members, from that of one: layers in front are shared, the others each member has for itself.</summary>
    /// <param name="member">One member's network.</param>
    /// <param name="shared">Layers in front.</param>
    /// <param name="count">Number of members.</param>
    public static NetworkDefinition Join(NetworkDefinition member, int shared, int count) =>
        count == 1 ? member : new(member.InputShape, [.. member.Layers.Take(shared), new Ensemble([.. member.Layers.Skip(shared)], count)]);

    /// <summary>The weights of the whole from those of the members, whose shared layers are equal.</summary>
    public static NetworkWeights Join(IReadOnlyList<NetworkWeights> members, int shared)
    {
        if (members.Count == 1)
        {
            return members[0];
        }

        var whole = new NetworkWeights(Join(members[0].Definition, shared, members.Count));
        ForEachParameter(members[0].Definition, shared, members.Count, (member, slot, layer, name) => members[member][slot.Layer, slot.Spec.Name].CopyTo(whole[layer, name]));
        return whole;
    }

    /// <summary>The weights of each member, copied from those of the whole.</summary>
    public static IReadOnlyList<NetworkWeights> Split(NetworkWeights whole)
    {
        int count = Count(whole.Definition);
        if (whole.Definition.Layers[^1] is not Ensemble ensemble)
        {
            return [whole];
        }

        int shared = whole.Definition.Layers.Count - 1;
        var definition = new NetworkDefinition(whole.Definition.InputShape, [.. whole.Definition.Layers.Take(shared), .. ensemble.Layers]);
        NetworkWeights[] members = [.. Enumerable.Range(0, count).Select(_ => new NetworkWeights(definition))];
        ForEachParameter(definition, shared, count, (member, slot, layer, name) => whole[layer, name].CopyTo(members[member][slot.Layer, slot.Spec.Name]));
        return members;
    }

    /// <summary>Names each parameter of each member, with its place in the whole.</summary>
    private static void ForEachParameter(NetworkDefinition definition, int shared, int count, Action<int, ParameterSlot, int, string> action)
    {
        for (int member = 0; member < count; member++)
        {
            foreach (var slot in definition.Parameters)
            {
                bool own = slot.Layer >= shared;
                action(member, slot, own ? shared : slot.Layer, own ? Ensemble.ParameterName(member, slot.Layer - shared, slot.Spec.Name) : slot.Spec.Name);
            }
        }
    }
}
