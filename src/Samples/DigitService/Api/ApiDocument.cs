using Microsoft.OpenApi;
using MLNet.GradientTrainers.DigitService.Security;

namespace MLNet.GradientTrainers.DigitService.Api;

/// <summary>The OpenAPI document: what each call takes and answers, and which ones need the key.</summary>
internal static class ApiDocument
{
    /// <summary>The tag of calls that need the key.</summary>
    public const string NeedsKey = "needs the key";

    public static IServiceCollection AddApiDocument(this IServiceCollection services) => services.AddOpenApi(document =>
    {
        document.AddDocumentTransformer((made, _, _) =>
        {
            made.Info = new OpenApiInfo { Title = "Digit service", Version = "1", Description = "Reads digits, and trains the network that reads them. A sample of MLNet.GradientTrainers." };
            made.Components ??= new OpenApiComponents();
            made.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            made.Components.SecuritySchemes[nameof(ApiKey)] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = ApiKey.Header };
            return Task.CompletedTask;
        });
        document.AddOperationTransformer((operation, context, _) =>
        {
            if (operation.Tags?.Any(tag => tag.Name == NeedsKey) == true)
            {
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(nameof(ApiKey), context.Document)] = [] }];
            }

            return Task.CompletedTask;
        });
    });
}
