"""Names that fill the slots of the training material. `HELD_OUT` ones serve measuring only."""

from __future__ import annotations

FIRST_NAMES = """
Adèle Adrien Agathe Agnès Ahmed Alain Albert Alex Alexandra Alexandre Alexis Alice Aline Amandine Amélie Amina André Andréa Ange
Angélique Anne Anthony Antoine Antoinette Armand Arnaud Arthur Astrid Aude Audrey Aurélie Aurélien Aymeric Aziz Baptiste Bastien
Béatrice Benjamin Benoît Bernard Bertrand Bilal Blandine Brigitte Bruno Camille Carine Caroline Catherine Cécile Cédric Céline
Chantal Charlène Charles Charlotte Chloé Christelle Christian Christiane Christine Christophe Claire Clara Claude Clémence Clément
Colette Constance Corentin Corinne Cyril Damien Daniel Danielle David Denis Denise Diane Didier Dimitri Dominique Dorothée Driss
Edith Édouard Élodie Éliane Élise Élisabeth Émilie Emma Emmanuel Enzo Éric Ernest Estelle Esther Étienne Eugénie Eva Fabien Fabrice
Farida Fatima Fernand Flavie Florence Florian François Françoise Frédéric Gabriel Gaël Gaspard Geneviève Georges Gérald Gérard
Germaine Ginette Gilbert Gilles Grégory Guillaume Gustave Hakim Hamid Hélène Henri Hervé Hugo Huguette Inès Irène Isabelle Jacqueline
Jacques Jamila Jean Jeanne Jeannine Jérémy Jérôme Jessica Joëlle Johanna Jonathan Jordan José Joseph Josette Josiane Julia Julie
Julien Juliette Justin Karim Karine Katia Kevin Khadija Laetitia Laura Laurence Laurent Léa Léo Léon Leïla Liliane Line Lisa
Loïc Louis Louise Luc Lucas Lucie Lucien Lucienne Ludivine Ludovic Lydia Madeleine Maëlle Magali Malik Manon Manuel Marc Marcel
Margaux Marguerite Maria Marianne Marie Marina Marine Marion Marlène Marthe Martine Mathieu Mathilde Maud Maurice Maxime Mehdi
Mélanie Mélissa Michel Michèle Mickaël Mohamed Monique Myriam Nadège Nadia Nadine Naïma Nathalie Nathan Nicolas Nicole Nina Noël
Noémie Nora Océane Odette Odile Olivia Olivier Omar Pascal Pascale Patrice Patrick Paul Paule Paulette Pauline Philippe Pierre
Pierrette Quentin Rachel Rachid Raphaël Raymond Raymonde Rémi Renaud René Renée Richard Robert Rodolphe Roger Roland Romain Rosalie
Roxane Sabine Sabrina Sacha Said Salim Samir Samuel Sandra Sandrine Sarah Sébastien Serge Simon Simone Sofia Solange Sonia Sophie
Stéphane Stéphanie Suzanne Sylvain Sylvie Thérèse Théo Thibault Thierry Thomas Tristan Valentin Valérie Vanessa Véronique Victor
Victoria Vincent Virginie Viviane William Xavier Yannick Yasmina Yolande Youssef Yves Yvette Yvon Zoé Jean-Pierre Jean-Marc
Marie-Claude Anne-Marie Jean-François Marie-Thérèse Jean-Louis Marie-Christine Pierre-Yves Jean-Luc
""".split()

LAST_NAMES = (
    """
Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia Bertrand Roux Vincent
Fournier Morel Girard Mercier Dupont Lambert Bonnet Martinez Legrand Garnier Faure Rousseau Blanc Guérin Muller Henry Roussel Perrin
Morin Mathieu Gauthier Dumont Lopez Fontaine Chevalier Robin Masson Sanchez Nguyen Boyer Lemaire Duval Joly Roger Roche Roy Noël
Meyer Lucas Meunier Perez Marchand Dufour Blanchard Barbier Brun Dumas Brunet Schmitt Leroux Colas Fernandez Renard Arnaud Rolland
Caron Aubert Giraud Leclerc Vidal Bourgeois Renaud Lemoine Picard Gaillard Leclercq Lacroix Fabre Dupuis Rodriguez Hubert Guillot
Rivière Aubry Lebrun Carpentier Moulin Vasseur Collet Charpentier Cousin Maillard Baron Huet Carré Schneider Bailly Jacob Fleury
Marty Germain Lejeune Pasquier Poirier Deschamps Royer Leblanc Breton Charrier Besson Weber Cordier Bouvier Perrot Tessier Poulain
Lévêque Lefort Hamel Mallet Gilbert Berger Klein Prévost Bertin Buisson Langlois Monnier Barre Pelletier Hoarau Maréchal Laporte
Navarro Prat Allard Rey Ferrand Delmas Boucher Camus Chauvin Imbert Macé Delorme Besnard Barthélemy Bouchet Maury Briand Humbert
Pichon Lacombe Ferreira Gomez Leduc Launay Guyot Blin Cohen Traoré Diallo Benali Haddad Khelifi Mansouri Bensaïd Ndiaye Konaté
Camara Koné Touré Amrani Belkacem Tran Pham Rossi Ferrari Costa Pereira Gonzalez Santos Ribeiro Kowalski Nowak Petrov Vermeulen
Peeters Janssens Dubuisson Favre Rochat Schmid Le-Gall Kerbrat Guivarch Tanguy Morvan Quéré Etcheverry Irigoyen Casanova Leccia
Battesti Hernandez Abadie Bordes Cazenave Lafitte Darrieux Castagné Pujol Escoffier Chazal Vialle Bonnefoy Jourdan Arnoux Reboul
Sauvage Thibaud Bourdon Cadet Drouin Evrard Fouquet Gros Herbin Jamet Kieffer Lamy Mouton Neveu Oudin Payet Quentin Raynaud Seguin
Texier Urbain Voisin Wagner Yilmaz Ziegler Abbas Bakari Cissé Doumbia El-Mansouri Fofana Guèye Hamidi Ibanez Jaber Kaddour Lahlou
""".replace("Le-Gall", "Le_Gall")
    .replace("El-Mansouri", "El_Mansouri")
    .split()
)
LAST_NAMES = [n.replace("_", " ") for n in LAST_NAMES] + [
    "Da Silva",
    "De Oliveira",
    "Le Floch",
    "Ben Salah",
    "Du Pré",
    "La Rosa",
]

HELD_OUT_FIRST_NAMES = """
Gaëtan Lionel Régis Joël Franck Norbert Augustin Basile Timothée Ibrahim Farid Justine Anaïs Capucine Victoire Muriel Patricia
Ghislaine Bernadette Régine Mireille Séverine Fanny Coralie Ophélie Salomé Romane
""".split()
HELD_OUT_LAST_NAMES = """
Delattre Guillon Boulanger Chartier Pottier Rousset Vallet Guichard Lelièvre Bodin Gosselin Coulon Jacquet Lesage Hébert Pineau
Gillet Ledoux Chauvet Besse Carlier Fischer Zimmermann Cordonnier Delaunay Peltier Vaillant Loiseau Merlin Sabatier Ollivier Bazin
Descamps Verdier
""".split()

TOWNS = (
    """
Paris Lyon Marseille Toulouse Nice Nantes Montpellier Strasbourg Bordeaux Lille Rennes Reims Saint-Étienne Toulon Grenoble Dijon Angers
Nîmes Villeurbanne Clermont-Ferrand Aix-en-Provence Brest Tours Amiens Limoges Annecy Perpignan Metz Besançon Orléans Rouen Mulhouse
Caen Nancy Saint-Denis Argenteuil Montreuil Roubaix Tourcoing Avignon Poitiers Versailles Créteil Pau Colombes Cannes Antibes Calais
Béziers Bourges Dunkerque Valence Quimper Troyes Lorient Chambéry Niort Bayonne Vannes Cholet Laval Arles Évry Belfort Albi Carcassonne
Blois Genève Lausanne Bruxelles Liège Namur Vienne Roanne Castres Périgueux Saumur Vichy Dole Vesoul Cahors Rodez Aurillac Nevers
""".split()
    + ["La Rochelle", "Le Mans", "Le Havre", "Le Puy"]
)
HELD_OUT_TOWNS = """
Biarritz Colmar Angoulême Tarbes Saint-Malo Chartres Beauvais Montauban Agen Auxerre Gap Épinal Mâcon Sète Fréjus Lannion Neuchâtel
Charleroi Mons Fribourg
""".split()

WAYS = "rue rue rue rue avenue avenue boulevard place impasse allée chemin route quai cours square passage".split()
WAY_NAMES = (
    """
de la République|de la Gare|des Lilas|Victor Hugo|Jean Jaurès|de la Mairie|du Moulin|des Écoles|Pasteur|de Verdun|de l'Église
du Général de Gaulle|de la Liberté|des Roses|Gambetta|du Château|de la Paix|Jules Ferry|des Acacias|de la Fontaine|du Stade|Voltaire
des Tilleuls|de Paris|de Lyon|du Marché|Émile Zola|Carnot|des Peupliers|du Port|Saint-Michel|des Vignes|Nationale|Principale
des Cerisiers|Anatole France|du Parc|de la Poste|Thiers|Lafayette|Molière|Mozart|des Champs|du Lavoir|du Pont|Marie Curie
de la Forêt|Mirabeau|du Commerce|des Pinsons|de Bretagne|des Chênes|du Canal|Albert Camus|des Prés|du Calvaire|Saint-Martin
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
HELD_OUT_WAY_NAMES = [
    "des Marronniers", "Georges Clemenceau", "du Faubourg", "des Noisetiers", "Lamartine", "de la Chapelle",
    "Aristide Briand", "des Hirondelles", "du Vieux Puits", "Rabelais",
]  # fmt: skip

COMPANIES = (
    """
Alpha Services|Électro Plus|Transports {n}|Habitat Conseil|Immo Sud|Delta Informatique|Groupama|Azur Piscines|Clim Confort|Novatech
Menuiserie {n}|Jardins et Paysages|Auto Pièces|Colis Rapide|Chauffage Express|Pharmacie du Marché|Garage {n}|Cabinet {n}
Boulangerie {n}|Hôtel de la Plage|Bati Rénov|Éco Toiture|Biomed|Laboratoire Central|Étude {n}|Assurances {n}|Peinture {n}
Société Générale|La Poste|Mutuelle du Centre|Clinique Saint-Joseph|Lycée Pasteur|Mairie de {t}|Agence {n}|Maison {n}|Atelier {n}
Technibat|Optique {n}|Fleurs de {t}|Traiteur {n}|Imprimerie {n}|Sécurité Plus|Net Propre|Ambulances {n}|Taxis de {t}
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

MAIL_DOMAINS = (
    "gmail.com orange.fr free.fr wanadoo.fr hotmail.com hotmail.fr yahoo.fr laposte.net sfr.fr outlook.com outlook.fr "
    "icloud.com bbox.fr live.fr neuf.fr"
).split()
